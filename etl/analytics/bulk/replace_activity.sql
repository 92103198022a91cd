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
-- By the whole key, so that neither other channels nor other chunks are read.
present AS MATERIALIZED (
    SELECT
        video_id, views, engaged_views, likes, comments, shares, watch_time_minutes, retention_rate, metric_definition,
        impressions
    FROM ytempire.video_metrics
    WHERE video_id = ANY(ARRAY(SELECT video_id FROM ytempire.videos WHERE channel_id = %(channel_id)s))
      AND source = 'reporting' AND time = %(time)s
),
gone AS MATERIALIZED (
    SELECT video_id FROM present EXCEPT SELECT video_id FROM answer
),
vanished AS (
    DELETE FROM ytempire.video_metrics
    WHERE video_id = ANY(ARRAY(SELECT video_id FROM gone JOIN present USING (video_id) WHERE impressions IS NULL))
      AND source = 'reporting' AND time = %(time)s
),
shown_only AS (
    UPDATE ytempire.video_metrics
    SET views = 0, engaged_views = NULL, likes = 0, comments = 0, shares = 0, watch_time_minutes = NULL,
        retention_rate = NULL, loaded_at = now()
    WHERE video_id = ANY(ARRAY(SELECT video_id FROM gone JOIN present USING (video_id) WHERE impressions IS NOT NULL))
      AND source = 'reporting' AND time = %(time)s AND engaged_views IS NOT NULL
),
written AS (
    INSERT INTO ytempire.video_metrics (
        source, day, time, video_id, views, engaged_views, likes, comments, shares, watch_time_minutes,
        retention_rate, metric_definition
    )
    SELECT 'reporting', %(day)s, %(time)s, * FROM (
        SELECT *, %(definition)s AS metric_definition FROM answer
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
    count(*) AS row_count,
    encode(sha256(convert_to(string_agg(answer::text, E'\n' ORDER BY video_id), 'UTF8')), 'hex') AS content_sha256
FROM answer;
