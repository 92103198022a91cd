-- Jobs that wait for their DAG run, the most urgent first. A run that began before kept the job's plain name.
SELECT job.job_id,
       'job_' || job.job_id || CASE WHEN job.started_at IS NULL THEN '' ELSE '_' || job.retry_count END AS run_id,
       channel.channel_name || ': ' || (job.config ->> 'topic') AS note
FROM ytempire.generation_jobs job JOIN ytempire.channels channel USING (channel_id)
WHERE job.status = 'queued' AND channel.status = 'active'
ORDER BY job.priority DESC, job.created_at
