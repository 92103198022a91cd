-- A video that the trend watch has already seen is fresher there.
INSERT INTO ytempire.trend_videos AS known (
    youtube_video_id, youtube_channel_id, title, channel_title, category_id, tags,
    published_at, duration_seconds, language, refreshed_at
)
SELECT
    youtube_video_id, youtube_channel_id, title, channel_title, category_id, tags,
    published_at, duration_seconds, language, refreshed_at
FROM history_videos
ON CONFLICT (youtube_video_id) DO NOTHING;
