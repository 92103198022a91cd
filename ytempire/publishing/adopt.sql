WITH adopted AS (
    UPDATE ytempire.uploads
    SET youtube_video_id = %(youtube_video_id)s, status = 'uploaded', sent_bytes = total_bytes
    WHERE upload_id = %(upload_id)s
    RETURNING video_id, youtube_video_id
)
UPDATE ytempire.videos AS video
SET youtube_video_id = adopted.youtube_video_id, status = 'uploaded'
FROM adopted
WHERE video.video_id = adopted.video_id
