-- The first decision about a video stands; the score is the one that the person was shown.
INSERT INTO ytempire.quality_decisions (job_id, decision, score, scorer)
SELECT job_id, %(decision)s, (details ->> 'score')::numeric, provider
FROM ytempire.job_stages
WHERE job_id = %(job_id)s AND stage = 'quality'
ON CONFLICT (job_id) DO NOTHING
