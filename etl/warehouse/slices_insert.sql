-- Moves validated slices and returns, for each that has rows, how many and the hash of what it now holds.
WITH moved AS (
    INSERT INTO ytempire.video_metrics (
        time, video_id, source, day, views, engaged_views, likes, comments, shares,
        watch_time_minutes, retention_rate, revenue_cents, metric_definition
    )
    SELECT
        day::timestamp AT TIME ZONE 'America/Los_Angeles', video_id, 'analytics', day,
        views::bigint, engaged_views::bigint, likes::integer, comments::integer,
        shares::integer, watch_time_minutes::numeric(12, 2), retention_rate::numeric(5, 4),
        round(revenue_cents)::integer, metric_definition
    FROM ytempire.staging_video_metrics
    WHERE batch_id = %(batch_id)s AND channel_id = %(channel_id)s AND day = ANY(%(days)s)
    RETURNING
        day, video_id,
        (video_id, views, engaged_views, likes, comments, shares, watch_time_minutes, retention_rate,
         revenue_cents, metric_definition)::text AS content
)
SELECT
    day,
    count(*) AS row_count,
    encode(sha256(convert_to(string_agg(content, E'\n' ORDER BY video_id), 'UTF8')), 'hex') AS content_sha256
FROM moved
GROUP BY day;
