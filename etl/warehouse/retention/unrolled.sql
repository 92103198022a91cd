-- How many figures of a span are in no sum yet, or in another than they say, although sums of that age are kept.
-- A channel's day counts by its bulk report where there is one, else by reports.query.
SELECT count(*) AS n
FROM ytempire.video_metrics AS metrics
JOIN ytempire.videos AS video USING (video_id)
LEFT JOIN ytempire.analytics_slices AS told
    ON told.channel_id = video.channel_id AND told.day = metrics.day AND told.report = 'channel_basic_a3'
    AND told.status IN ('loaded', 'empty')
LEFT JOIN ytempire.video_metrics_daily AS bucket
    ON bucket.video_id = metrics.video_id AND bucket.day = metrics.day
WHERE metrics.source = CASE WHEN told.day IS NULL THEN 'analytics' ELSE 'reporting' END
  AND metrics.time >= %(range_start)s AND metrics.time < %(range_end)s
  AND metrics.day >= %(sums_since)s::date
  AND metrics.views IS DISTINCT FROM bucket.views;
