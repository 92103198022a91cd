-- What is shown of each kind, and what has been asked for and is not known to be shown yet.
SELECT showing_id, name, state, started_at
FROM ytempire.video_variant_showings
WHERE video_id = %(video_id)s AND kind = %(kind)s
  AND (state = 'asked' OR (state = 'shown' AND shown_until IS NULL))
