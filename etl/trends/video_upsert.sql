-- What a video is called, as last seen. Sorted by the caller, so that two refreshes never lock crosswise.
INSERT INTO ytempire.trend_videos AS known (
    youtube_video_id, youtube_channel_id, title, channel_title, category_id, tags, published_at,
    duration_seconds, language, refreshed_at
)
VALUES (
    %(youtube_video_id)s, %(youtube_channel_id)s, %(title)s, %(channel_title)s, %(category_id)s, %(tags)s,
    %(published_at)s, %(duration_seconds)s, %(language)s, %(fetched_at)s
)
ON CONFLICT (youtube_video_id) DO UPDATE SET
    youtube_channel_id = excluded.youtube_channel_id,
    title = excluded.title,
    channel_title = excluded.channel_title,
    category_id = excluded.category_id,
    tags = excluded.tags,
    published_at = excluded.published_at,
    duration_seconds = excluded.duration_seconds,
    language = excluded.language,
    refreshed_at = excluded.refreshed_at
WHERE known.refreshed_at < excluded.refreshed_at;
