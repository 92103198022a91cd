-- What the warehouse holds of a day of a channel.
SELECT
    videos.youtube_video_id, metrics.views, metrics.engaged_views, metrics.likes, metrics.comments, metrics.shares,
    metrics.watch_time_minutes, metrics.retention_rate, metrics.revenue_cents, metrics.metric_definition
FROM ytempire.video_metrics AS metrics JOIN ytempire.videos AS videos USING (video_id)
WHERE videos.channel_id = %(channel_id)s
  AND metrics.source = 'analytics'
  AND metrics.time = %(day)s::date::timestamp AT TIME ZONE 'America/Los_Angeles'
ORDER BY videos.youtube_video_id;
