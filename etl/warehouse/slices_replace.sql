-- Makes slices equal to what is staged of them: rows that vanished go, those that differ are changed, new
-- ones come in, and equal ones are left alone. Returns, for each slice that has rows, how many and their hash.
WITH slice AS (
    SELECT channel_id, day, day::timestamp AT TIME ZONE 'America/Los_Angeles' AS time
    FROM unnest(%(channel_ids)s::uuid[], %(days)s::date[]) AS slice (channel_id, day)
),
answer AS MATERIALIZED (
    SELECT
        slice.channel_id, slice.day, slice.time, rows.video_id,
        rows.views::bigint AS views, rows.engaged_views::bigint AS engaged_views,
        rows.likes::integer AS likes, rows.comments::integer AS comments, rows.shares::integer AS shares,
        rows.watch_time_minutes::numeric(12, 2) AS watch_time_minutes,
        rows.retention_rate::numeric(5, 4) AS retention_rate,
        round(rows.revenue_cents)::integer AS revenue_cents, rows.metric_definition
    FROM ytempire.staging_video_metrics AS rows
    JOIN slice USING (channel_id, day)
    WHERE rows.batch_id = %(batch_id)s AND rows.channel_id = ANY(%(channel_ids)s::uuid[])
),
-- By the whole key, so that neither other channels nor other chunks are read.
present AS MATERIALIZED (
    SELECT metrics.*
    FROM ytempire.video_metrics AS metrics
    JOIN ytempire.videos AS video USING (video_id)
    JOIN slice ON slice.channel_id = video.channel_id AND slice.time = metrics.time
    WHERE metrics.source = 'analytics'
      AND metrics.video_id = ANY(ARRAY(
          SELECT video_id FROM ytempire.videos WHERE channel_id = ANY(%(channel_ids)s::uuid[])
      ))
      AND metrics.time = ANY(%(times)s::timestamptz[])
),
vanished AS (
    DELETE FROM ytempire.video_metrics AS metrics
    USING present
    WHERE metrics.video_id = present.video_id AND metrics.source = 'analytics' AND metrics.time = present.time
      AND metrics.time = ANY(%(times)s::timestamptz[])
      AND NOT EXISTS (SELECT FROM answer WHERE answer.video_id = present.video_id AND answer.time = present.time)
),
restated AS (
    UPDATE ytempire.video_metrics AS metrics
    SET views = answer.views,
        engaged_views = answer.engaged_views,
        likes = answer.likes,
        comments = answer.comments,
        shares = answer.shares,
        watch_time_minutes = answer.watch_time_minutes,
        retention_rate = answer.retention_rate,
        revenue_cents = answer.revenue_cents,
        metric_definition = answer.metric_definition,
        loaded_at = now()
    FROM answer
    JOIN present USING (video_id, time)
    WHERE metrics.video_id = present.video_id AND metrics.source = 'analytics' AND metrics.time = present.time
      AND metrics.time = ANY(%(times)s::timestamptz[])
      AND (answer.views, answer.engaged_views, answer.likes, answer.comments, answer.shares,
           answer.watch_time_minutes, answer.retention_rate, answer.revenue_cents, answer.metric_definition)
          IS DISTINCT FROM
          (present.views, present.engaged_views, present.likes, present.comments, present.shares,
           present.watch_time_minutes, present.retention_rate, present.revenue_cents, present.metric_definition)
),
added AS (
    INSERT INTO ytempire.video_metrics (
        time, video_id, source, day, views, engaged_views, likes, comments, shares,
        watch_time_minutes, retention_rate, revenue_cents, metric_definition
    )
    SELECT
        time, video_id, 'analytics', day, views, engaged_views, likes, comments, shares,
        watch_time_minutes, retention_rate, revenue_cents, metric_definition
    FROM answer
    WHERE NOT EXISTS (SELECT FROM present WHERE present.video_id = answer.video_id AND present.time = answer.time)
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
