-- Jobs, the newest first: where each stands, what was judged, what it cost and how long its stages took.
SELECT j.job_id, j.day, c.channel_name AS channel, coalesce(s.title, t.title, '') AS title, j.status, j.revision,
       latest.stage, latest.stage_status, s.verdict, s.score, s.score_basis, s.work_seconds,
       (SELECT coalesce(sum(counted_usd), 0) FROM ytempire.cost_ledger l WHERE l.job_id = j.job_id) AS cost_usd,
       coalesce(j.error_message, latest.error_message) AS problem
FROM ytempire.generation_jobs j
JOIN ytempire.channels c USING (channel_id)
LEFT JOIN ytempire.topics t USING (topic_id)
LEFT JOIN LATERAL (
    SELECT stage, status AS stage_status, error_message FROM ytempire.job_stages WHERE job_id = j.job_id
    ORDER BY started_at DESC LIMIT 1
) AS latest ON true
CROSS JOIN LATERAL (
    SELECT max(details ->> 'title') FILTER (WHERE stage = 'script') AS title,
           max(details ->> 'verdict') FILTER (WHERE stage = 'quality' AND status = 'succeeded') AS verdict,
           max((details ->> 'score')::numeric) FILTER (WHERE stage = 'quality' AND status = 'succeeded') AS score,
           max(details ->> 'score_basis') FILTER (WHERE stage = 'quality' AND status = 'succeeded') AS score_basis,
           coalesce(sum(extract(epoch FROM finished_at - started_at)), 0) AS work_seconds
    FROM ytempire.job_stages WHERE job_id = j.job_id
) AS s
WHERE (%(status)s::text IS NULL OR j.status = %(status)s)
  AND (%(channel)s::text IS NULL OR %(channel)s IN (c.channel_name, c.channel_id::text, c.youtube_channel_id))
ORDER BY j.created_at DESC, j.slot DESC
LIMIT %(limit)s
