COPY ytempire.staging_video_metrics (
    slice_id, row_number, youtube_video_id, video_id, views, engaged_views, likes, comments, shares,
    watch_time_minutes, retention_rate, revenue_cents
) FROM STDIN (FORMAT csv);
