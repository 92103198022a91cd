-- Makes a day of some channels equal to their activity reports. A video that has only impressions keeps those.
-- The caller has ruled out nested loops: these tables have no statistics, and one planned without them is slow.
WITH reports AS MATERIALIZED (
    SELECT * FROM unnest(%(channel_ids)s::uuid[], %(report_ids)s::text[]) AS report (channel_id, report_id)
),
answer AS MATERIALIZED (
    SELECT
        row.channel_id, row.video_id,
        row.views::bigint AS views, row.engaged_views::bigint AS engaged_views,
        row.likes::integer AS likes, row.comments::integer AS comments, row.shares::integer AS shares,
        row.watch_time_minutes::numeric(12, 2) AS watch_time_minutes,
        row.retention_rate::numeric(5, 4) AS retention_rate
    FROM ytempire.staging_bulk_rows AS row JOIN reports USING (channel_id, report_id)
    WHERE row.channel_id = ANY(%(channel_ids)s::uuid[])
),
-- By the whole key, so that neither other channels nor other chunks are read. The ids are given and not looked up
-- here: an array that the planner does not know is searched from its beginning for every row.
present AS MATERIALIZED (
    SELECT
        video_id, views, engaged_views, likes, comments, shares, watch_time_minutes, retention_rate, metric_definition,
        impressions
    FROM ytempire.video_metrics
    WHERE video_id = ANY(%(video_ids)s::uuid[]) AND source = 'reporting' AND time = %(time)s
),
gone AS MATERIALIZED (
    SELECT video_id, impressions FROM present
    WHERE NOT EXISTS (SELECT FROM answer WHERE answer.video_id = present.video_id)
),
vanished AS (
    DELETE FROM ytempire.video_metrics AS metrics USING gone
    WHERE metrics.video_id = gone.video_id AND metrics.source = 'reporting' AND metrics.time = %(time)s
      AND gone.impressions IS NULL
),
shown_only AS (
    UPDATE ytempire.video_metrics AS metrics
    SET views = 0, engaged_views = NULL, likes = 0, comments = 0, shares = 0, watch_time_minutes = NULL,
        retention_rate = NULL, loaded_at = now()
    FROM gone
    WHERE metrics.video_id = gone.video_id AND metrics.source = 'reporting' AND metrics.time = %(time)s
      AND gone.impressions IS NOT NULL AND metrics.engaged_views IS NOT NULL
),
written AS (
    INSERT INTO ytempire.video_metrics (
        source, day, time, video_id, views, engaged_views, likes, comments, shares, watch_time_minutes,
        retention_rate, metric_definition
    )
    SELECT 'reporting', %(day)s, %(time)s, * FROM (
        SELECT
            video_id, views, engaged_views, likes, comments, shares, watch_time_minutes, retention_rate,
            %(definition)s AS metric_definition
        FROM answer
        EXCEPT ALL
        SELECT
            video_id, views, engaged_views, likes, comments, shares, watch_time_minutes, retention_rate,
            metric_definition
        FROM present
    ) AS different
    ORDER BY video_id
    ON CONFLICT (video_id, source, time) DO UPDATE SET
        views = excluded.views,
        engaged_views = excluded.engaged_views,
        likes = excluded.likes,
        comments = excluded.comments,
        shares = excluded.shares,
        watch_time_minutes = excluded.watch_time_minutes,
        retention_rate = excluded.retention_rate,
        metric_definition = excluded.metric_definition,
        loaded_at = now()
)
SELECT
    channel_id,
    count(*) AS row_count,
    encode(sha256(convert_to(string_agg(
        (video_id, views, engaged_views, likes, comments, shares, watch_time_minutes, retention_rate)::text, E'\n' ORDER BY video_id
    ), 'UTF8')), 'hex') AS content_sha256
FROM answer
GROUP BY channel_id;
