-- Where its last bytes were never sent (no last_bytes_at), nothing of the session can have become a video.
WITH given_up AS (
    UPDATE ytempire.uploads
    SET session_uri = NULL, session_created_at = NULL, last_bytes_at = %(last_bytes_at)s, sent_bytes = 0, status = 'pending'
    WHERE upload_id = %(upload_id)s AND youtube_video_id IS NULL
    RETURNING video_id
)
UPDATE ytempire.videos AS video
SET status = 'approved'
FROM given_up
WHERE video.video_id = given_up.video_id
