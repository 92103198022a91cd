-- What a used topic quotes goes; who made what of it, its score and its speed stay.
WITH topics AS (
    UPDATE ytempire.topics
    SET title = %(instead)s, reason = %(instead)s, evidence = '{}'
    WHERE topic_id = ANY(%(topic_ids)s)
    RETURNING topic_id
)
UPDATE ytempire.generation_jobs AS job
SET config = jsonb_set(job.config, '{topic}', to_jsonb(%(instead)s::text))
FROM topics
WHERE job.topic_id = topics.topic_id AND job.config ? 'topic';
