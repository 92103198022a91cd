-- Slots of uploads that have failed without leaving a video are free for others.
UPDATE ytempire.uploads
SET publish_at = NULL, slot_day = NULL, session_uri = NULL, session_created_at = NULL, sent_bytes = 0
WHERE channel_id = %(channel_id)s AND status = 'failed' AND youtube_video_id IS NULL AND publish_at IS NOT NULL
