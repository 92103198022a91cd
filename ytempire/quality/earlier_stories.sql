-- Earlier videos of the job's channel, the newest first; what was rejected or has failed was never seen by anyone.
SELECT other.job_id, other.title, other.story
FROM ytempire.quality_examples own
JOIN ytempire.quality_examples other USING (channel_id)
JOIN ytempire.generation_jobs job ON job.job_id = other.job_id
WHERE own.job_id = %(job_id)s
  AND other.job_id <> own.job_id
  AND (other.first_seen_at, other.job_id) < (own.first_seen_at, own.job_id)
  AND other.encoder = own.encoder
  AND job.status NOT IN ('rejected', 'failed')
ORDER BY other.first_seen_at DESC
LIMIT %(most)s
