-- The published videos of a round: one row a job.
SELECT j.job_id::text, j.dag_run_id, c.channel_name AS channel, v.title, made.artefact_path AS mp4_path,
       v.youtube_video_id, v.quality_score::float, judged.details ->> 'verdict' AS verdict,
       judged.details ->> 'score_basis' AS score_basis,
       v.generation_cost::float AS cost,
       extract(epoch FROM j.completed_at - j.started_at)::float AS seconds,
       (SELECT jsonb_object_agg(s.stage, round(extract(epoch FROM s.finished_at - s.started_at), 2))
        FROM ytempire.job_stages s WHERE s.job_id = j.job_id AND s.status = 'succeeded') AS stage_seconds
FROM ytempire.generation_jobs j
JOIN ytempire.channels c USING (channel_id)
JOIN ytempire.videos v USING (job_id)
JOIN ytempire.job_stages made ON made.job_id = j.job_id AND made.stage = 'assembly'
JOIN ytempire.job_stages judged ON judged.job_id = j.job_id AND judged.stage = 'quality'
WHERE j.job_id::text = ANY(%(jobs)s) AND v.status = 'published'
ORDER BY c.channel_name, j.created_at
