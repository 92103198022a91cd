-- Which of some jobs are at their end, and since when.
SELECT job_id, completed_at
FROM ytempire.generation_jobs
WHERE job_id = ANY(%(job_ids)s) AND status IN ('published', 'failed', 'rejected', 'cancelled')
  AND completed_at <= %(ended_before)s
ORDER BY completed_at, job_id;
