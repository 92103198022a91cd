-- Take the niche's best open topic for a slot. Two dispatchers never take the same topic or the same slot.
WITH best AS (
    SELECT topic_id, title FROM ytempire.topics
    WHERE niche = %(niche)s AND status = 'open'
    ORDER BY rank NULLS LAST, score DESC
    LIMIT 1
    FOR UPDATE SKIP LOCKED
), job AS (
    INSERT INTO ytempire.generation_jobs (channel_id, job_type, priority, config, topic_id, day, slot)
    SELECT %(channel_id)s, 'video', %(priority)s, jsonb_build_object('topic', title), topic_id, %(day)s, %(slot)s
    FROM best
    ON CONFLICT (channel_id, day, slot) DO NOTHING
    RETURNING job_id, topic_id
), taken AS (
    UPDATE ytempire.topics t SET status = 'taken' FROM job WHERE t.topic_id = job.topic_id
)
SELECT job_id FROM job
