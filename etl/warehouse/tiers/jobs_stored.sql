-- Jobs whose files have left the hot tier, by the tier in which they are.
SELECT file.job_id, file.tier, job.completed_at, count(*) AS files, sum(file.size_bytes)::bigint AS bytes
FROM ytempire.stored_files AS file
JOIN ytempire.generation_jobs AS job USING (job_id)
WHERE file.tier IN ('warm', 'cold') AND file.moving_to IS NULL
  AND job.status IN ('published', 'failed', 'rejected', 'cancelled')
GROUP BY file.job_id, file.tier, job.completed_at
ORDER BY job.completed_at, file.job_id;
