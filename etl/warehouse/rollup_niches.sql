-- The niches of a day or week, from its channels.
WITH computed AS MATERIALIZED (
    SELECT
        part.niche, %(bucket)s::date AS {bucket}, count(*) AS channels, sum(part.videos) AS videos,
        sum(part.views) AS views,
        sum(part.engaged_views) AS engaged_views,
        sum(part.likes) AS likes,
        sum(part.comments) AS comments,
        sum(part.shares) AS shares,
        sum(part.watch_time_minutes) AS watch_time_minutes,
        sum(part.impressions) AS impressions,
        sum(part.clicks) AS clicks,
        sum(part.revenue_cents) AS revenue_cents,
        min(part.first_definition) AS first_definition, max(part.last_definition) AS last_definition
    FROM {channels} AS part
    WHERE part.{bucket} = %(bucket)s AND part.niche = ANY(%(niches)s)
    GROUP BY part.niche
),
cleared AS (
    DELETE FROM {niches} AS bucket
    WHERE {bucket} = %(bucket)s AND niche = ANY(%(niches)s)
      AND NOT EXISTS (SELECT FROM computed WHERE computed.niche = bucket.niche)
    RETURNING 1
),
written AS (
    INSERT INTO {niches} AS bucket (
        niche, {bucket}, channels, videos, views, engaged_views, likes, comments, shares,
        watch_time_minutes, impressions, clicks, revenue_cents, first_definition, last_definition
    )
    SELECT
        niche, {bucket}, channels, videos, views, engaged_views, likes, comments, shares,
        watch_time_minutes, impressions, clicks, revenue_cents, first_definition, last_definition
    FROM computed
    ON CONFLICT (niche, {bucket}) DO UPDATE SET
        channels = excluded.channels,
        videos = excluded.videos,
        views = excluded.views,
        engaged_views = excluded.engaged_views,
        likes = excluded.likes,
        comments = excluded.comments,
        shares = excluded.shares,
        watch_time_minutes = excluded.watch_time_minutes,
        impressions = excluded.impressions,
        clicks = excluded.clicks,
        revenue_cents = excluded.revenue_cents,
        first_definition = excluded.first_definition,
        last_definition = excluded.last_definition
    WHERE (bucket.channels, bucket.videos, bucket.views, bucket.engaged_views, bucket.likes, bucket.comments,
         bucket.shares, bucket.watch_time_minutes, bucket.impressions, bucket.clicks, bucket.revenue_cents,
         bucket.first_definition, bucket.last_definition)
        IS DISTINCT FROM
        (excluded.channels, excluded.videos, excluded.views, excluded.engaged_views, excluded.likes,
         excluded.comments, excluded.shares, excluded.watch_time_minutes, excluded.impressions,
         excluded.clicks, excluded.revenue_cents, excluded.first_definition, excluded.last_definition)
    RETURNING 1
)
SELECT (SELECT count(*) FROM cleared) + (SELECT count(*) FROM written) AS changed;
