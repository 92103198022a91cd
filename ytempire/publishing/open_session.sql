WITH opened AS (
    UPDATE ytempire.uploads
    SET session_uri = %(session_uri)s, session_created_at = clock_timestamp(), sent_bytes = 0, last_bytes_at = NULL,
        status = 'uploading'
    WHERE upload_id = %(upload_id)s
    RETURNING video_id
)
UPDATE ytempire.videos AS video
SET status = 'uploading'
FROM opened
WHERE video.video_id = opened.video_id
