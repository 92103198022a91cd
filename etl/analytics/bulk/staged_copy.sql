COPY ytempire.staging_bulk_rows (
    channel_id, report_id, row_number, youtube_video_id, video_id, views, engaged_views, likes, comments, shares,
    watch_time_minutes, retention_rate, impressions, ctr
) FROM STDIN (FORMAT csv)
