-- Topics whose texts are older than allowed and not withdrawn yet, and whether a job was made of each.
SELECT
    topic.topic_id,
    EXISTS (SELECT FROM ytempire.generation_jobs AS job WHERE job.topic_id = topic.topic_id) AS used
FROM ytempire.topics AS topic
WHERE topic.ranked_at < %(ranked_before)s AND topic.evidence <> '{}'
ORDER BY topic.topic_id;
