-- Holds the two paths of some channels' days against each other, count by count, a video at a time and in sum; writes
-- down what differs by more than the tolerance. Only what was not compared in these contents yet.
WITH pairs AS MATERIALIZED (
    SELECT
        told.channel_id, told.day, asked.content_sha256 AS analytics_sha256,
        told.content_sha256 AS reporting_sha256,
        -- Asked after the report was there: an earlier answer may be of an earlier state of the day.
        coalesce(asked.status IN ('loaded', 'empty') AND asked.fetched_at >= report.listed_at, FALSE) AS is_comparable
    FROM ytempire.analytics_slices AS told
    JOIN ytempire.bulk_reports AS report
        ON report.channel_id = told.channel_id AND report.report = told.report AND report.day = told.day
        AND report.state IN ('loaded', 'empty')
    LEFT JOIN ytempire.analytics_slices AS asked
        ON asked.channel_id = told.channel_id AND asked.day = told.day AND asked.report = 'video_daily'
    LEFT JOIN ytempire.analytics_reconciliations AS compared
        ON compared.channel_id = told.channel_id AND compared.day = told.day
    WHERE told.report = 'channel_basic_a3' AND told.day >= %(since)s AND told.status IN ('loaded', 'empty')
      AND (compared.state IN ('agreed', 'differs', 'accepted')
           AND compared.reporting_sha256 = told.content_sha256
           AND compared.analytics_sha256 IS NOT DISTINCT FROM asked.content_sha256) IS NOT TRUE
),
-- Grouped and not joined from here on: what is materialized has no statistics.
counts AS MATERIALIZED (
    SELECT
        pairs.channel_id, pairs.day, pairs.is_comparable, metrics.video_id, figure.metric,
        coalesce(sum(figure.value) FILTER (WHERE metrics.source = 'analytics'), 0) AS analytics,
        coalesce(sum(figure.value) FILTER (WHERE metrics.source = 'reporting'), 0) AS reporting
    FROM pairs
    JOIN ytempire.videos AS video ON video.channel_id = pairs.channel_id
    JOIN ytempire.video_metrics AS metrics
        ON metrics.video_id = video.video_id AND metrics.source IN ('analytics', 'reporting')
        AND metrics.time = pairs.day::timestamp AT TIME ZONE 'America/Los_Angeles'
    CROSS JOIN LATERAL (VALUES
        ('views', views::numeric), ('engaged_views', engaged_views), ('likes', likes), ('comments', comments),
        ('shares', shares), ('watch_time_minutes', watch_time_minutes)
    ) AS figure (metric, value)
    GROUP BY GROUPING SETS (
        (pairs.channel_id, pairs.day, pairs.is_comparable, figure.metric, metrics.video_id),
        (pairs.channel_id, pairs.day, pairs.is_comparable, figure.metric)
    )
),
differences AS MATERIALIZED (
    SELECT *, greatest(%(difference_count)s, %(difference_share)s * greatest(analytics, reporting)) AS tolerance
    FROM counts
    WHERE is_comparable
      AND abs(analytics - reporting)
        > greatest(%(difference_count)s, %(difference_share)s * greatest(analytics, reporting))
),
found AS MATERIALIZED (
    SELECT channel_id, day, count(*) AS number FROM differences GROUP BY channel_id, day
),
views AS MATERIALIZED (
    SELECT channel_id, day, analytics, reporting FROM counts WHERE video_id IS NULL AND metric = 'views'
),
forgotten AS (
    DELETE FROM ytempire.analytics_differences AS old USING pairs
    WHERE old.channel_id = pairs.channel_id AND old.day = pairs.day AND NOT EXISTS (
        SELECT FROM differences AS new
        WHERE new.channel_id = old.channel_id AND new.day = old.day AND new.metric = old.metric
          AND new.video_id IS NOT DISTINCT FROM old.video_id
    )
),
compared AS (
    INSERT INTO ytempire.analytics_reconciliations AS known (
        channel_id, day, state, differences, analytics_views, reporting_views, analytics_sha256, reporting_sha256,
        run_id
    )
    SELECT
        pairs.channel_id, pairs.day,
        CASE WHEN NOT pairs.is_comparable THEN 'unverified' WHEN found.number > 0 THEN 'differs' ELSE 'agreed' END,
        coalesce(found.number, 0), coalesce(views.analytics, 0), coalesce(views.reporting, 0), pairs.analytics_sha256,
        pairs.reporting_sha256, %(run_id)s
    FROM pairs
    LEFT JOIN found ON found.channel_id = pairs.channel_id AND found.day = pairs.day
    LEFT JOIN views ON views.channel_id = pairs.channel_id AND views.day = pairs.day
    ON CONFLICT (channel_id, day) DO UPDATE SET
        state = excluded.state,
        differences = excluded.differences,
        analytics_views = excluded.analytics_views,
        reporting_views = excluded.reporting_views,
        analytics_sha256 = excluded.analytics_sha256,
        reporting_sha256 = excluded.reporting_sha256,
        run_id = excluded.run_id,
        accepted_by = NULL,
        compared_at = clock_timestamp()
    RETURNING channel_id, day, state
),
named AS (
    INSERT INTO ytempire.analytics_differences (channel_id, day, video_id, metric, analytics, reporting, tolerance)
    SELECT channel_id, day, video_id, metric, analytics, reporting, tolerance FROM differences
    ON CONFLICT (channel_id, day, video_id, metric) DO UPDATE SET
        analytics = excluded.analytics, reporting = excluded.reporting, tolerance = excluded.tolerance
)
SELECT channel_id, day, state FROM compared ORDER BY channel_id, day;
