-- Put off until a moment; without one, until its channel may work again.
WITH put_off AS (
    UPDATE ytempire.uploads
    SET status = CASE WHEN youtube_video_id IS NULL THEN 'deferred' ELSE status END,
        not_before = COALESCE(%(until)s, clock_timestamp()), error_message = %(message)s
    WHERE upload_id = %(upload_id)s AND status <> 'published'
    RETURNING video_id, job_id, status
), shown AS (
    UPDATE ytempire.videos AS video
    SET status = 'approved'
    FROM put_off
    WHERE video.video_id = put_off.video_id AND put_off.status = 'deferred'
)
UPDATE ytempire.generation_jobs AS job
SET status = 'deferred'
FROM put_off
WHERE job.job_id = put_off.job_id AND put_off.status <> 'scheduled'
