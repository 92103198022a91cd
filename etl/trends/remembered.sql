-- The topics of the last days, with the channels that have taken them up: a story keeps its key, and its job.
-- One that was taken is remembered by its key for ever, and by what it tells for those days.
SELECT
    topic.niche, topic.story_key, topic.status, topic.title, topic.youtube_video_ids,
    CASE WHEN topic.ranked_at > %(now)s - make_interval(days => %(days)s) THEN kept.embedding END AS embedding,
    coalesce(
        array_agg(DISTINCT job.channel_id) FILTER (WHERE job.channel_id IS NOT NULL AND job.status <> 'cancelled'), '{}'
    ) AS channels
FROM ytempire.topics AS topic
LEFT JOIN ytempire.generation_jobs AS job USING (topic_id)
LEFT JOIN ytempire.trend_embeddings AS kept
    ON kept.youtube_video_id = topic.youtube_video_ids[1] AND kept.encoder = %(encoder)s
WHERE topic.status = 'taken' OR topic.ranked_at > %(now)s - make_interval(days => %(days)s)
GROUP BY topic.topic_id, kept.embedding
ORDER BY topic.niche, topic.ranked_at DESC, topic.story_key;
