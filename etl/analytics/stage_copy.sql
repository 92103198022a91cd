COPY ytempire.staging_video_metrics (
    batch_id, channel_id, row_number, day, youtube_video_id, video_id, views, engaged_views, likes, comments,
    shares, watch_time_minutes, retention_rate, revenue_cents, metric_definition
) FROM STDIN (FORMAT csv, FORCE_NOT_NULL (youtube_video_id));
