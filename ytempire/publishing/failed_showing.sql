UPDATE ytempire.video_variant_showings
SET state = CASE WHEN %(refused)s THEN 'refused' ELSE state END,
    started_at = CASE WHEN %(certain)s THEN NULL ELSE started_at END,
    not_before = %(not_before)s, error_message = %(message)s
WHERE showing_id = %(showing_id)s AND state = 'asked'
