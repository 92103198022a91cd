-- What was shown before ends where the first swap since then was started that may have had an effect.
UPDATE ytempire.video_variant_showings AS earlier
SET shown_until = GREATEST(earlier.shown_from, (
    SELECT min(swap.started_at)
    FROM ytempire.video_variant_showings AS swap
    WHERE swap.video_id = earlier.video_id AND swap.kind = earlier.kind AND swap.state IN ('asked', 'replaced')
      AND swap.started_at > earlier.shown_from))
WHERE earlier.video_id = %(video_id)s AND earlier.kind = %(kind)s
  AND earlier.state = 'shown' AND earlier.shown_until IS NULL
