-- Makes a channel's day equal to its activity report. A video that has only impressions keeps those.
WITH answer AS MATERIALIZED (
    SELECT
        video_id,
        views::bigint AS views, engaged_views::bigint AS engaged_views,
        likes::integer AS likes, comments::integer AS comments, shares::integer AS shares,
        watch_time_minutes::numeric(12, 2) AS watch_time_minutes,
        retention_rate::numeric(5, 4) AS retention_rate
    FROM ytempire.staging_bulk_rows
    WHERE channel_id = %(channel_id)s AND report_id = %(report_id)s
),
own AS MATERIALIZED (
    SELECT video_id FROM ytempire.videos WHERE channel_id = %(channel_id)s
),
vanished AS (
    DELETE FROM ytempire.video_metrics
    WHERE source = 'reporting' AND time = %(time)s AND video_id IN (SELECT video_id FROM own)
      AND video_id NOT IN (SELECT video_id FROM answer) AND impressions IS NULL
),
shown_only AS (
    UPDATE ytempire.video_metrics
    SET views = 0, engaged_views = NULL, likes = 0, comments = 0, shares = 0, watch_time_minutes = NULL,
        retention_rate = NULL, loaded_at = now()
    WHERE source = 'reporting' AND time = %(time)s AND video_id IN (SELECT video_id FROM own)
      AND video_id NOT IN (SELECT video_id FROM answer) AND impressions IS NOT NULL AND engaged_views IS NOT NULL
),
written AS (
    INSERT INTO ytempire.video_metrics AS metrics (
        source, day, video_id, time, views, engaged_views, likes, comments, shares, watch_time_minutes,
        retention_rate, metric_definition
    )
    SELECT
        'reporting', %(day)s, video_id, %(time)s, views, engaged_views, likes, comments, shares,
        watch_time_minutes, retention_rate, %(definition)s
    FROM answer
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
    WHERE (metrics.views, metrics.engaged_views, metrics.likes, metrics.comments, metrics.shares,
         metrics.watch_time_minutes, metrics.retention_rate, metrics.metric_definition)
        IS DISTINCT FROM
        (excluded.views, excluded.engaged_views, excluded.likes, excluded.comments, excluded.shares,
         excluded.watch_time_minutes, excluded.retention_rate, excluded.metric_definition)
)
SELECT
    count(*) AS row_count,
    encode(sha256(convert_to(string_agg(answer::text, E'\n' ORDER BY video_id), 'UTF8')), 'hex') AS content_sha256
FROM answer;
