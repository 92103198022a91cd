-- The videos of a week, from their days.
WITH computed AS MATERIALIZED (
    SELECT
        part.video_id, %(bucket)s::date AS week, part.channel_id,
        sum(part.views) AS views,
        sum(part.engaged_views) AS engaged_views,
        sum(part.likes) AS likes,
        sum(part.comments) AS comments,
        sum(part.shares) AS shares,
        sum(part.watch_time_minutes) AS watch_time_minutes,
        sum(part.impressions) AS impressions,
        sum(part.clicks) AS clicks,
        sum(part.revenue_cents) AS revenue_cents,
        count(*) AS days,
        min(part.first_definition) AS first_definition, max(part.last_definition) AS last_definition
    FROM ytempire.video_metrics_daily AS part
    WHERE part.channel_id = ANY(%(channel_ids)s)
      AND part.day BETWEEN %(bucket)s::date AND %(bucket)s::date + 6
    GROUP BY part.video_id, part.channel_id
),
cleared AS (
    DELETE FROM ytempire.video_metrics_weekly AS bucket
    WHERE week = %(bucket)s AND channel_id = ANY(%(channel_ids)s)
      AND NOT EXISTS (SELECT FROM computed WHERE computed.video_id = bucket.video_id)
    RETURNING 1
),
written AS (
    INSERT INTO ytempire.video_metrics_weekly AS bucket (
        video_id, week, channel_id, views, engaged_views, likes, comments, shares, watch_time_minutes,
        impressions, clicks, revenue_cents, days, first_definition, last_definition
    )
    SELECT
        video_id, week, channel_id, views, engaged_views, likes, comments, shares, watch_time_minutes,
        impressions, clicks, revenue_cents, days, first_definition, last_definition
    FROM computed
    ON CONFLICT (video_id, week) DO UPDATE SET
        channel_id = excluded.channel_id,
        views = excluded.views,
        engaged_views = excluded.engaged_views,
        likes = excluded.likes,
        comments = excluded.comments,
        shares = excluded.shares,
        watch_time_minutes = excluded.watch_time_minutes,
        impressions = excluded.impressions,
        clicks = excluded.clicks,
        revenue_cents = excluded.revenue_cents,
        days = excluded.days,
        first_definition = excluded.first_definition,
        last_definition = excluded.last_definition
    WHERE (bucket.channel_id, bucket.views, bucket.engaged_views, bucket.likes, bucket.comments, bucket.shares,
         bucket.watch_time_minutes, bucket.impressions, bucket.clicks, bucket.revenue_cents, bucket.days,
         bucket.first_definition, bucket.last_definition)
        IS DISTINCT FROM
        (excluded.channel_id, excluded.views, excluded.engaged_views, excluded.likes, excluded.comments,
         excluded.shares, excluded.watch_time_minutes, excluded.impressions, excluded.clicks,
         excluded.revenue_cents, excluded.days, excluded.first_definition, excluded.last_definition)
    RETURNING 1
)
SELECT (SELECT count(*) FROM cleared) + (SELECT count(*) FROM written) AS changed;
