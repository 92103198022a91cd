WITH begun AS (
    UPDATE ytempire.uploads
    SET status = CASE WHEN session_uri IS NULL THEN 'pending' ELSE 'uploading' END,
        attempts = attempts + 1, not_before = NULL, error_message = NULL
    WHERE upload_id = %(upload_id)s
    RETURNING job_id
)
UPDATE ytempire.generation_jobs AS job
SET status = 'running'
FROM begun
WHERE job.job_id = begun.job_id AND job.status = 'deferred'
