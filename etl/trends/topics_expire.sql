-- Topics whose time is over, and the ranks of the last ranking. A topic that a job took stays as it is.
UPDATE ytempire.topics
SET rank = NULL,
    rollout_rank = NULL,
    status = CASE WHEN expires_at <= %(now)s THEN 'expired' ELSE status END
WHERE status = 'open' AND (expires_at <= %(now)s OR niche = ANY(%(niches)s));
