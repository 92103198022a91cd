-- How many figures of a span are in no sum yet, or in another than they say, although sums of that age are kept.
SELECT count(*) AS n
FROM ytempire.video_metrics AS metrics
LEFT JOIN ytempire.video_metrics_daily AS bucket USING (video_id, day)
WHERE metrics.source = 'analytics'
  AND metrics.time >= %(range_start)s AND metrics.time < %(range_end)s
  AND metrics.day >= %(sums_since)s::date
  AND metrics.views IS DISTINCT FROM bucket.views;
