-- What the warehouse holds of a bulk report: of an activity report the rows that have its counts, of a reach report those
-- that have impressions.
SELECT
    videos.youtube_video_id, metrics.video_id, metrics.views, metrics.engaged_views, metrics.likes, metrics.comments,
    metrics.shares, metrics.watch_time_minutes, metrics.retention_rate, metrics.impressions, metrics.ctr
FROM ytempire.video_metrics AS metrics JOIN ytempire.videos AS videos USING (video_id)
WHERE videos.channel_id = %(channel_id)s
  AND metrics.source = 'reporting'
  AND metrics.time = %(day)s::date::timestamp AT TIME ZONE 'America/Los_Angeles'
  AND CASE WHEN %(report)s = 'channel_basic_a3' THEN metrics.engaged_views ELSE metrics.impressions END IS NOT NULL
ORDER BY videos.youtube_video_id;
