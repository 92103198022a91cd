-- Holds the two paths of the days in pairs against each other, count by count, a video at a time and in sum; writes
-- down what differs by more than the tolerance.
-- Fenced off, and the days as constants: their own chunks are read and nothing else of the history. Of few videos the
-- rows are looked up there, of many (video_ids is NULL) the days are read whole.
WITH told AS MATERIALIZED (
    SELECT
        video.channel_id, metrics.time, metrics.video_id,
        sum(views) FILTER (WHERE source = 'analytics') AS asked_views,
        sum(views) FILTER (WHERE source = 'reporting') AS reported_views,
        sum(engaged_views) FILTER (WHERE source = 'analytics') AS asked_engaged_views,
        sum(engaged_views) FILTER (WHERE source = 'reporting') AS reported_engaged_views,
        sum(likes) FILTER (WHERE source = 'analytics') AS asked_likes,
        sum(likes) FILTER (WHERE source = 'reporting') AS reported_likes,
        sum(comments) FILTER (WHERE source = 'analytics') AS asked_comments,
        sum(comments) FILTER (WHERE source = 'reporting') AS reported_comments,
        sum(shares) FILTER (WHERE source = 'analytics') AS asked_shares,
        sum(shares) FILTER (WHERE source = 'reporting') AS reported_shares,
        sum(watch_time_minutes) FILTER (WHERE source = 'analytics') AS asked_watch_time_minutes,
        sum(watch_time_minutes) FILTER (WHERE source = 'reporting') AS reported_watch_time_minutes
    FROM ytempire.video_metrics AS metrics
    JOIN ytempire.videos AS video ON video.video_id = metrics.video_id
    WHERE metrics.time = ANY(%(times)s::timestamptz[]) AND metrics.source IN ('analytics', 'reporting')
      AND (%(video_ids)s::uuid[] IS NULL OR metrics.video_id = ANY(%(video_ids)s::uuid[]))
      AND video.channel_id = ANY(%(channel_ids)s::uuid[])
    GROUP BY GROUPING SETS ((video.channel_id, metrics.time, metrics.video_id), (video.channel_id, metrics.time))
),
counts AS (
    SELECT
        pairs.channel_id, pairs.day, told.video_id, figure.metric,
        coalesce(figure.asked, 0) AS analytics, coalesce(figure.reported, 0) AS reporting
    FROM pairs
    JOIN told ON told.channel_id = pairs.channel_id AND told.time = pairs.time
    CROSS JOIN LATERAL (VALUES
        ('views', asked_views::numeric, reported_views::numeric),
        ('engaged_views', asked_engaged_views, reported_engaged_views),
        ('likes', asked_likes, reported_likes),
        ('comments', asked_comments, reported_comments),
        ('shares', asked_shares, reported_shares),
        ('watch_time_minutes', asked_watch_time_minutes, reported_watch_time_minutes)
    ) AS figure (metric, asked, reported)
    WHERE pairs.is_comparable
),
differences AS MATERIALIZED (
    SELECT *, greatest(%(difference_count)s, %(difference_share)s * greatest(analytics, reporting)) AS tolerance
    FROM counts
    WHERE abs(analytics - reporting)
        > greatest(%(difference_count)s, %(difference_share)s * greatest(analytics, reporting))
),
found AS MATERIALIZED (
    SELECT channel_id, day, count(*) AS number FROM differences GROUP BY channel_id, day
),
views AS (
    SELECT channel_id, time, asked_views AS analytics, reported_views AS reporting FROM told WHERE video_id IS NULL
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
    LEFT JOIN views ON views.channel_id = pairs.channel_id AND views.time = pairs.time
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
