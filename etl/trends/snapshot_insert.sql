INSERT INTO ytempire.trend_snapshots (
    fetched_at, source, region_code, youtube_video_id, rank, views, likes, comments
)
VALUES (
    %(fetched_at)s, %(source)s, %(region_code)s, %(youtube_video_id)s, %(rank)s, %(views)s, %(likes)s,
    %(comments)s
)
ON CONFLICT DO NOTHING;
