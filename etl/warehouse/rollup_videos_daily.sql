-- The videos of a day, from the facts. Where the bulk reports have told the day, their figures count and those of
-- reports.query give only the revenue; before that reports.query counts. Impressions come from the bulk reports.
-- A channel's day of which the ledger knows rows that are no longer there was dropped when its time was over: its
-- buckets stay.
WITH told AS MATERIALIZED (
    SELECT channel_id FROM ytempire.analytics_slices
    WHERE report = 'channel_basic_a3' AND day = %(bucket)s AND status IN ('loaded', 'empty')
      AND channel_id = ANY(%(channel_ids)s)
),
figures AS MATERIALIZED (
    SELECT
        metrics.*, video.channel_id, told.channel_id IS NOT NULL AS is_told,
        metrics.source = CASE WHEN told.channel_id IS NULL THEN 'analytics' ELSE 'reporting' END AS counts
    FROM ytempire.video_metrics AS metrics
    JOIN ytempire.videos AS video USING (video_id)
    LEFT JOIN told USING (channel_id)
    WHERE metrics.time = %(time)s AND metrics.source IN ('analytics', 'reporting')
      AND video.channel_id = ANY(%(channel_ids)s)
),
-- By one pass and not by joins: what is materialized has no statistics.
facts AS MATERIALIZED (
    SELECT
        video_id, channel_id,
        coalesce(max(views) FILTER (WHERE counts), 0) AS views,
        CASE WHEN bool_or(counts) THEN max(engaged_views) FILTER (WHERE counts) ELSE 0 END AS engaged_views,
        coalesce(max(likes) FILTER (WHERE counts), 0) AS likes,
        coalesce(max(comments) FILTER (WHERE counts), 0) AS comments,
        coalesce(max(shares) FILTER (WHERE counts), 0) AS shares,
        CASE WHEN bool_or(counts) THEN max(watch_time_minutes) FILTER (WHERE counts) ELSE 0 END AS watch_time_minutes,
        coalesce(max(impressions) FILTER (WHERE source = 'reporting'), max(impressions)) AS impressions,
        coalesce(max(impressions * ctr) FILTER (WHERE source = 'reporting'), max(impressions * ctr)) AS clicks,
        coalesce(max(revenue_cents) FILTER (WHERE source = 'analytics'), max(revenue_cents)) AS revenue_cents,
        max(retention_rate) FILTER (WHERE counts) AS retention_rate,
        coalesce(max(metric_definition) FILTER (WHERE counts), max(metric_definition)) AS first_definition,
        coalesce(max(metric_definition) FILTER (WHERE counts), max(metric_definition)) AS last_definition
    FROM figures
    GROUP BY video_id, channel_id, is_told
    -- Money of a day without views counts, too: the bulk reports do not know it.
    HAVING bool_or(counts) OR (is_told AND max(revenue_cents) FILTER (WHERE source = 'analytics') > 0)
),
touched AS (
    SELECT channel_id FROM unnest(%(channel_ids)s::uuid[]) AS channel_id
    WHERE channel_id IN (SELECT channel_id FROM facts) OR NOT EXISTS (
        SELECT FROM ytempire.analytics_slices AS slice
        WHERE slice.channel_id = channel_id.channel_id AND slice.report IN ('video_daily', 'channel_basic_a3')
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
