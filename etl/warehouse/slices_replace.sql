-- Makes some days of some channels equal to what is staged of them: rows that vanished go, new and restated ones
-- are written, equal ones are left alone. Returns, for each slice that has rows, how many and their hash.
-- The caller has ruled out nested loops: these tables have no statistics, and one planned without them is slow.
WITH slices AS MATERIALIZED (
    SELECT slice_id, channel_id, day, metric_definition, day::timestamp AT TIME ZONE 'America/Los_Angeles' AS time
    FROM ytempire.staging_slices
    WHERE slice_id = ANY(%(slice_ids)s::bigint[])
),
answer AS MATERIALIZED (
    SELECT
        slices.channel_id, slices.day, staged.video_id, slices.time,
        staged.views::bigint AS views, staged.engaged_views::bigint AS engaged_views,
        staged.likes::integer AS likes, staged.comments::integer AS comments, staged.shares::integer AS shares,
        staged.watch_time_minutes::numeric(12, 2) AS watch_time_minutes,
        staged.retention_rate::numeric(5, 4) AS retention_rate,
        staged.revenue_cents::integer AS revenue_cents, slices.metric_definition
    FROM ytempire.staging_video_metrics AS staged JOIN slices USING (slice_id)
    WHERE staged.slice_id = ANY(%(slice_ids)s::bigint[])
),
-- By the whole key, so that neither other channels nor other chunks are read. The ids are given and not looked up
-- here: an array that the planner does not know is searched from its beginning for every row.
present AS MATERIALIZED (
    SELECT
        video_id, time, views, engaged_views, likes, comments, shares, watch_time_minutes, retention_rate,
        revenue_cents, metric_definition
    FROM ytempire.video_metrics
    WHERE source = 'analytics'
      AND video_id = ANY(%(video_ids)s::uuid[])
      AND time = ANY(%(times)s::timestamptz[])
),
gone AS MATERIALIZED (
    SELECT video_id, time FROM present
    WHERE NOT EXISTS (SELECT FROM answer WHERE answer.video_id = present.video_id AND answer.time = present.time)
),
vanished AS (
    DELETE FROM ytempire.video_metrics AS metrics USING gone
    WHERE metrics.video_id = gone.video_id AND metrics.time = gone.time
      AND metrics.source = 'analytics' AND metrics.time = ANY(%(times)s::timestamptz[])
),
written AS (
    INSERT INTO ytempire.video_metrics (
        source, day, video_id, time, views, engaged_views, likes, comments, shares, watch_time_minutes,
        retention_rate, revenue_cents, metric_definition
    )
    SELECT
        'analytics', answer.day, answer.video_id, answer.time, answer.views, answer.engaged_views, answer.likes,
        answer.comments, answer.shares, answer.watch_time_minutes, answer.retention_rate, answer.revenue_cents,
        answer.metric_definition
    FROM answer LEFT JOIN present ON present.video_id = answer.video_id AND present.time = answer.time
    WHERE present.video_id IS NULL
       OR answer.views IS DISTINCT FROM present.views
       OR answer.likes IS DISTINCT FROM present.likes
       OR answer.comments IS DISTINCT FROM present.comments
       OR answer.shares IS DISTINCT FROM present.shares
       OR answer.engaged_views IS DISTINCT FROM present.engaged_views
       OR answer.watch_time_minutes IS DISTINCT FROM present.watch_time_minutes
       OR answer.retention_rate IS DISTINCT FROM present.retention_rate
       OR answer.revenue_cents IS DISTINCT FROM present.revenue_cents
       OR answer.metric_definition IS DISTINCT FROM present.metric_definition
    -- In the order of the key: neighbours in the index come one after the other.
    ORDER BY answer.video_id, answer.time
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
