-- The videos of a day, from the facts. A channel's day of which the ledger knows rows that are no longer there
-- was dropped when its time was over: its buckets stay.
WITH facts AS MATERIALIZED (
    SELECT
        metrics.video_id, video.channel_id, metrics.views, metrics.engaged_views, metrics.likes, metrics.comments,
        metrics.shares, metrics.watch_time_minutes, coalesce(metrics.impressions, reach.impressions) AS impressions,
        coalesce(metrics.impressions * metrics.ctr, reach.impressions * reach.ctr) AS clicks,
        metrics.revenue_cents, metrics.retention_rate,
        metrics.metric_definition AS first_definition, metrics.metric_definition AS last_definition
    FROM ytempire.video_metrics AS metrics
    JOIN ytempire.videos AS video USING (video_id)
    LEFT JOIN ytempire.video_metrics AS reach
        ON reach.video_id = metrics.video_id AND reach.source = 'reporting' AND reach.time = %(time)s
    WHERE metrics.source = 'analytics' AND metrics.time = %(time)s AND video.channel_id = ANY(%(channel_ids)s)
),
touched AS (
    SELECT channel_id FROM unnest(%(channel_ids)s::uuid[]) AS channel_id
    WHERE channel_id IN (SELECT channel_id FROM facts) OR NOT EXISTS (
        SELECT FROM ytempire.analytics_slices AS slice
        WHERE slice.channel_id = channel_id.channel_id AND slice.report = 'video_daily'
          AND slice.day = %(bucket)s AND slice.row_count > 0
    )
),
computed AS (
    SELECT *, %(bucket)s::date AS day FROM facts
),
cleared AS (
    DELETE FROM ytempire.video_metrics_daily AS bucket
    WHERE day = %(bucket)s AND channel_id IN (SELECT channel_id FROM touched)
      AND NOT EXISTS (SELECT FROM facts WHERE facts.video_id = bucket.video_id)
    RETURNING 1
),
written AS (
    INSERT INTO ytempire.video_metrics_daily AS bucket (
        video_id, day, channel_id, views, engaged_views, likes, comments, shares, watch_time_minutes,
        impressions, clicks, revenue_cents, retention_rate, first_definition, last_definition
    )
    SELECT
        video_id, day, channel_id, views, engaged_views, likes, comments, shares, watch_time_minutes,
        impressions, clicks, revenue_cents, retention_rate, first_definition, last_definition
    FROM computed
    ON CONFLICT (video_id, day) DO UPDATE SET
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
        retention_rate = excluded.retention_rate,
        first_definition = excluded.first_definition,
        last_definition = excluded.last_definition
    WHERE (bucket.channel_id, bucket.views, bucket.engaged_views, bucket.likes, bucket.comments, bucket.shares,
         bucket.watch_time_minutes, bucket.impressions, bucket.clicks, bucket.revenue_cents,
         bucket.retention_rate, bucket.first_definition, bucket.last_definition)
        IS DISTINCT FROM
        (excluded.channel_id, excluded.views, excluded.engaged_views, excluded.likes, excluded.comments,
         excluded.shares, excluded.watch_time_minutes, excluded.impressions, excluded.clicks,
         excluded.revenue_cents, excluded.retention_rate, excluded.first_definition, excluded.last_definition)
    RETURNING 1
)
SELECT (SELECT count(*) FROM cleared) + (SELECT count(*) FROM written) AS changed;
