-- The forms of the scripts that a job's channel was given before, the newest first, and how many jobs it had.
-- Only jobs older than this one count, so that a retry is told the same.
WITH job AS (
    SELECT job_id, channel_id, created_at, slot FROM ytempire.generation_jobs WHERE job_id = %(job_id)s
), told AS (
    SELECT j.job_id, j.created_at, j.slot, s.details ->> 'form' AS form
    FROM job
    JOIN ytempire.generation_jobs j USING (channel_id)
    LEFT JOIN ytempire.job_stages s ON s.job_id = j.job_id AND s.stage = 'script'
    WHERE (j.created_at, j.slot) < (job.created_at, job.slot) OR (j.job_id = job.job_id AND %(revision)s > 0)
)
SELECT (SELECT count(*) FROM told, job WHERE told.job_id <> job.job_id) AS made,
       coalesce((
           SELECT array_agg(form ORDER BY created_at DESC, slot DESC) FROM (
               SELECT form, created_at, slot FROM told WHERE form IS NOT NULL
               ORDER BY created_at DESC, slot DESC LIMIT %(limit)s
           ) AS newest), '{}') AS forms
