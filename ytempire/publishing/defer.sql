WITH put_off AS (
    UPDATE ytempire.uploads
    SET status = CASE WHEN youtube_video_id IS NULL THEN 'deferred' ELSE status END,
        not_before = %(until)s, error_message = %(message)s
    WHERE upload_id = %(upload_id)s AND status <> 'published'
    RETURNING job_id
)
UPDATE ytempire.generation_jobs AS job
SET status = 'deferred'
FROM put_off
WHERE job.job_id = put_off.job_id
