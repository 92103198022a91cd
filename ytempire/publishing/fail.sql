-- Nothing more can be done without a person. A video that YouTube has stays uploaded.
WITH failed AS (
    UPDATE ytempire.uploads
    SET status = CASE WHEN youtube_video_id IS NULL THEN 'failed' ELSE status END,
        not_before = NULL, error_message = %(message)s
    WHERE upload_id = %(upload_id)s AND status <> 'published'
    RETURNING video_id, job_id, status
), shown AS (
    UPDATE ytempire.videos AS video
    SET status = 'failed'
    FROM failed
    WHERE video.video_id = failed.video_id AND failed.status = 'failed'
)
UPDATE ytempire.generation_jobs AS job
SET status = 'failed', error_message = %(message)s, completed_at = GREATEST(clock_timestamp(), job.started_at)
FROM failed
WHERE job.job_id = failed.job_id
