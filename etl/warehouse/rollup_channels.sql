-- The buckets of one day, computed anew from the warehouse. A sum of revenue leaves out what we may
-- not see (NULL) and is NULL itself where we may see none of it.
WITH cleared AS (
    DELETE FROM ytempire.channel_metrics_daily AS bucket
    WHERE day = %(day)s AND channel_id = ANY(%(channel_ids)s)
      AND NOT EXISTS (
          SELECT FROM ytempire.video_metrics AS metrics
          JOIN ytempire.videos AS video USING (video_id)
          WHERE metrics.source = 'analytics'
            AND metrics.time = %(day)s::date::timestamp AT TIME ZONE 'America/Los_Angeles'
            AND video.channel_id = bucket.channel_id
      )
)
INSERT INTO ytempire.channel_metrics_daily AS bucket (
    channel_id, day, videos, views, likes, comments, shares, watch_time_minutes, revenue_cents
)
SELECT
    video.channel_id, %(day)s, count(*), sum(metrics.views), sum(metrics.likes), sum(metrics.comments),
    sum(metrics.shares), sum(metrics.watch_time_minutes), sum(metrics.revenue_cents)
FROM ytempire.video_metrics AS metrics
JOIN ytempire.videos AS video USING (video_id)
WHERE metrics.source = 'analytics'
  AND metrics.time = %(day)s::date::timestamp AT TIME ZONE 'America/Los_Angeles'
  AND video.channel_id = ANY(%(channel_ids)s)
GROUP BY video.channel_id
ON CONFLICT (channel_id, day) DO UPDATE SET
    videos = excluded.videos,
    views = excluded.views,
    likes = excluded.likes,
    comments = excluded.comments,
    shares = excluded.shares,
    watch_time_minutes = excluded.watch_time_minutes,
    revenue_cents = excluded.revenue_cents;
