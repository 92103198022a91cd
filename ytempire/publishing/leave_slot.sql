-- The channel has no slots any more: what has not begun is published at once.
UPDATE ytempire.uploads
SET publish_at = NULL, slot_day = NULL
WHERE upload_id = %(upload_id)s AND youtube_video_id IS NULL
