-- Makes some days of some channels equal to what is staged of them: rows that vanished go, new and restated ones
-- are written, equal ones are left alone. Returns, for each slice that has rows, how many and their hash.
-- Compared by EXCEPT and not by joins: staged tables have no statistics, and a join planned without them is slow.
WITH answer AS MATERIALIZED (
    SELECT
        channel_id, day, video_id, day::timestamp AT TIME ZONE 'America/Los_Angeles' AS time,
        views::bigint AS views, engaged_views::bigint AS engaged_views,
        likes::integer AS likes, comments::integer AS comments, shares::integer AS shares,
        watch_time_minutes::numeric(12, 2) AS watch_time_minutes,
        retention_rate::numeric(5, 4) AS retention_rate,
        round(revenue_cents)::integer AS revenue_cents, metric_definition
    FROM ytempire.staging_video_metrics
    WHERE batch_id = %(batch_id)s AND channel_id = ANY(%(channel_ids)s::uuid[]) AND day = ANY(%(days)s::date[])
),
-- By the whole key, so that neither other channels nor other chunks are read.
present AS MATERIALIZED (
    SELECT
        day, video_id, time, views, engaged_views, likes, comments, shares, watch_time_minutes, retention_rate,
        revenue_cents, metric_definition
    FROM ytempire.video_metrics
    WHERE source = 'analytics'
      AND video_id = ANY(ARRAY(
          SELECT video_id FROM ytempire.videos WHERE channel_id = ANY(%(channel_ids)s::uuid[])
      ))
      AND time = ANY(%(times)s::timestamptz[])
),
vanished AS (
    DELETE FROM ytempire.video_metrics AS metrics
    USING (SELECT video_id, time FROM present EXCEPT SELECT video_id, time FROM answer) AS gone
    WHERE metrics.video_id = gone.video_id AND metrics.source = 'analytics' AND metrics.time = gone.time
      AND metrics.time = ANY(%(times)s::timestamptz[])
),
written AS (
    INSERT INTO ytempire.video_metrics (
        source, day, video_id, time, views, engaged_views, likes, comments, shares, watch_time_minutes,
        retention_rate, revenue_cents, metric_definition
    )
    SELECT 'analytics', * FROM (
        SELECT
            day, video_id, time, views, engaged_views, likes, comments, shares, watch_time_minutes, retention_rate,
            revenue_cents, metric_definition
        FROM answer
        EXCEPT ALL
        SELECT * FROM present
    ) AS different
    -- In the order of the key: neighbours in the index come one after the other.
    ORDER BY video_id, time
    ON CONFLICT (video_id, source, time) DO UPDATE SET
        views = excluded.views,
        engaged_views = excluded.engaged_views,
        likes = excluded.likes,
        comments = excluded.comments,
        shares = excluded.shares,
        watch_time_minutes = excluded.watch_time_minutes,
        retention_rate = excluded.retention_rate,
        revenue_cents = excluded.revenue_cents,
        metric_definition = excluded.metric_definition,
        loaded_at = now()
)
SELECT
    channel_id,
    day,
    count(*) AS row_count,
    encode(sha256(convert_to(string_agg(
        (video_id, views, engaged_views, likes, comments, shares, watch_time_minutes, retention_rate,
         revenue_cents, metric_definition)::text,
        E'\n' ORDER BY video_id
    ), 'UTF8')), 'hex') AS content_sha256
FROM answer
GROUP BY channel_id, day;
