-- Somebody works on an upload: what was put off or had failed goes on where it stood, in all three tables at once.
-- What was cancelled with its channel is left as it is.
WITH taken AS (
    UPDATE ytempire.uploads
    SET status = CASE
            WHEN status NOT IN ('deferred', 'failed') THEN status
            WHEN session_uri IS NULL THEN 'pending'
            ELSE 'uploading' END,
        attempts = attempts + (youtube_video_id IS NULL)::int, error_message = NULL
    WHERE upload_id = %(upload_id)s AND status <> 'published'
      AND NOT EXISTS (
          SELECT FROM ytempire.generation_jobs cancelled
          WHERE cancelled.job_id = uploads.job_id AND cancelled.status = 'cancelled')
    RETURNING video_id, job_id, status
), shown AS (
    UPDATE ytempire.videos AS video
    SET status = CASE taken.status WHEN 'pending' THEN 'approved' ELSE taken.status END
    FROM taken
    WHERE video.video_id = taken.video_id
)
UPDATE ytempire.generation_jobs AS job
SET status = CASE taken.status WHEN 'scheduled' THEN 'scheduled' ELSE 'approved' END, error_message = NULL,
    completed_at = NULL
FROM taken
WHERE job.job_id = taken.job_id AND job.status IN ('running', 'deferred', 'failed')
