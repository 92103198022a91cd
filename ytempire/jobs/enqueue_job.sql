-- Take the niche's best open topic for a slot. Two dispatchers never take the same topic or the same slot.
-- Where a rollout gives the channel to its challenger, that one's ranking comes first, and the champion's after it;
-- no other channel is offered what only a challenger has proposed.
WITH best AS (
    SELECT topic_id, title, CASE WHEN by_challenger THEN rollout_by ELSE ranked_by END AS ranked_by
    FROM ytempire.topics
    CROSS JOIN LATERAL (
        SELECT coalesce(
            %(arm)s::text = 'challenger' AND rollout_id = %(rollout_id)s::bigint AND rollout_rank IS NOT NULL, false
        ) AS by_challenger
    ) AS side
    WHERE niche = %(niche)s AND status = 'open' AND (by_challenger OR rank IS NOT NULL OR rollout_rank IS NULL)
    ORDER BY CASE WHEN by_challenger THEN rollout_rank END NULLS LAST, rank NULLS LAST, score DESC
    LIMIT 1
    FOR UPDATE OF topics SKIP LOCKED
), job AS (
    INSERT INTO ytempire.generation_jobs (
        channel_id, job_type, priority, config, topic_id, day, slot, ranked_by, rollout_id, rollout_arm
    )
    SELECT
        %(channel_id)s, 'video', %(priority)s, jsonb_build_object('topic', title), topic_id, %(day)s, %(slot)s,
        ranked_by, %(rollout_id)s::bigint, %(arm)s::text
    FROM best
    ON CONFLICT (channel_id, day, slot) DO NOTHING
    RETURNING job_id, topic_id
), taken AS (
    UPDATE ytempire.topics t SET status = 'taken' FROM job WHERE t.topic_id = job.topic_id
)
SELECT job_id FROM job
