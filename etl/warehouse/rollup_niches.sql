-- A niche's day is the sum of its channels' days; a channel counts for the niche that it has now.
WITH niches AS (
    SELECT DISTINCT niche FROM ytempire.channels WHERE channel_id = ANY(%(channel_ids)s)
),
cleared AS (
    DELETE FROM ytempire.niche_metrics_daily AS bucket
    WHERE day = %(day)s AND niche IN (SELECT niche FROM niches)
      AND NOT EXISTS (
          SELECT FROM ytempire.channel_metrics_daily AS part
          JOIN ytempire.channels USING (channel_id)
          WHERE part.day = bucket.day AND channels.niche = bucket.niche
      )
)
INSERT INTO ytempire.niche_metrics_daily (
    niche, day, channels, videos, views, likes, comments, shares, watch_time_minutes, revenue_cents
)
SELECT
    channels.niche, part.day, count(*), sum(part.videos), sum(part.views), sum(part.likes),
    sum(part.comments), sum(part.shares), sum(part.watch_time_minutes), sum(part.revenue_cents)
FROM ytempire.channel_metrics_daily AS part
JOIN ytempire.channels USING (channel_id)
JOIN niches USING (niche)
WHERE part.day = %(day)s
GROUP BY channels.niche, part.day
ON CONFLICT (niche, day) DO UPDATE SET
    channels = excluded.channels,
    videos = excluded.videos,
    views = excluded.views,
    likes = excluded.likes,
    comments = excluded.comments,
    shares = excluded.shares,
    watch_time_minutes = excluded.watch_time_minutes,
    revenue_cents = excluded.revenue_cents;
