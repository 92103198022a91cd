-- What was known of channels at moments: (channel_id, as_of) in, one row of sums each. A day counts from when its
-- figures were fetched; what was fetched again later is not known before that, so that no restatement reaches back.
WITH asked AS (
    SELECT channel_id, as_of, (as_of AT TIME ZONE 'America/Los_Angeles')::date AS today
    FROM unnest(%(channel_ids)s::uuid[], %(moments)s::timestamptz[]) AS asked (channel_id, as_of)
),
known AS (
    SELECT asked.channel_id, asked.as_of, slice.day, asked.today - slice.day AS age
    FROM asked
    JOIN ytempire.analytics_slices AS slice USING (channel_id)
    WHERE slice.day >= asked.today - %(days)s AND slice.day < asked.today AND slice.status <> 'failed'
    GROUP BY asked.channel_id, asked.as_of, asked.today, slice.day
    HAVING max(slice.fetched_at) <= asked.as_of
),
figures AS (
    SELECT known.channel_id, known.as_of, known.age, daily.*
    FROM known
    JOIN LATERAL (
        SELECT
            video_id, views, engaged_views, likes, comments, shares, watch_time_minutes, impressions, clicks,
            revenue_cents, first_definition, last_definition
        FROM ytempire.video_metrics_daily AS bucket
        WHERE bucket.channel_id = known.channel_id AND bucket.day = known.day
    ) AS daily ON true
),
sums AS (
    SELECT
        channel_id, as_of,
        sum(views) FILTER (WHERE age <= 7) AS views_7,
        sum(views) FILTER (WHERE age BETWEEN 8 AND 14) AS views_before,
        sum(views) AS views_28,
        sum(engaged_views) AS engaged_views_28,
        sum(likes) AS likes_28, sum(comments) AS comments_28, sum(shares) AS shares_28,
        sum(watch_time_minutes) FILTER (WHERE age <= 7) AS minutes_7,
        sum(watch_time_minutes) FILTER (WHERE age BETWEEN 8 AND 14) AS minutes_before,
        sum(watch_time_minutes) AS minutes_28,
        sum(impressions) AS impressions_28, sum(clicks) AS clicks_28, sum(revenue_cents) AS revenue_cents_28,
        count(DISTINCT video_id) AS videos_28,
        min(first_definition) FILTER (WHERE age <= 14) = max(last_definition) FILTER (WHERE age <= 14) AS comparable
    FROM figures
    GROUP BY channel_id, as_of
),
days AS (
    SELECT
        channel_id, as_of, count(*) FILTER (WHERE age <= 7) AS days_7,
        count(*) FILTER (WHERE age BETWEEN 8 AND 14) AS days_before, count(*) AS days_28
    FROM known
    GROUP BY channel_id, as_of
),
best AS (
    SELECT channel_id, as_of, max(views) AS best_views_28
    FROM (
        SELECT channel_id, as_of, video_id, sum(views) AS views FROM figures GROUP BY channel_id, as_of, video_id
    ) AS of_video
    GROUP BY channel_id, as_of
)
SELECT
    asked.channel_id, asked.as_of, days.days_7, days.days_before, days.days_28, sums.views_7, sums.views_before,
    sums.views_28, sums.engaged_views_28, sums.likes_28, sums.comments_28, sums.shares_28, sums.minutes_7,
    sums.minutes_before, sums.minutes_28, sums.impressions_28, sums.clicks_28, sums.revenue_cents_28, sums.videos_28,
    sums.comparable, best.best_views_28, published.published_7, published.published_28,
    extract(epoch FROM asked.as_of - published.last_at) / 86400.0 AS days_since_published,
    live.videos AS live_videos, live.views AS live_views, live.likes AS live_likes, live.hours AS live_hours
FROM asked
LEFT JOIN days USING (channel_id, as_of)
LEFT JOIN sums USING (channel_id, as_of)
LEFT JOIN best USING (channel_id, as_of)
CROSS JOIN LATERAL (
    SELECT
        count(*) FILTER (WHERE published_at > asked.as_of - interval '7 days') AS published_7,
        count(*) FILTER (WHERE published_at > asked.as_of - interval '28 days') AS published_28,
        max(published_at) AS last_at
    FROM ytempire.videos AS video
    WHERE video.channel_id = asked.channel_id AND video.published_at <= asked.as_of
) AS published
CROSS JOIN LATERAL (
    SELECT
        count(*) AS videos, sum(seen.views) AS views, sum(seen.likes) AS likes,
        sum(extract(epoch FROM seen.time - video.published_at) / 3600.0) AS hours
    FROM ytempire.videos AS video
    CROSS JOIN LATERAL (
        SELECT metrics.time, metrics.views, metrics.likes
        FROM ytempire.video_metrics AS metrics
        WHERE metrics.video_id = video.video_id AND metrics.source = 'live' AND metrics.time <= asked.as_of
          AND metrics.time > asked.as_of - interval '2 days'
        ORDER BY metrics.time DESC
        LIMIT 1
    ) AS seen
    WHERE video.channel_id = asked.channel_id AND video.published_at <= asked.as_of
      AND video.published_at > asked.as_of - interval '2 days'
) AS live
ORDER BY asked.channel_id, asked.as_of
