-- Makes the impressions of a day of some channels equal to their reach reports. A row that has nothing else goes too.
-- The caller has ruled out nested loops: these tables have no statistics, and one planned without them is slow.
WITH reports AS MATERIALIZED (
    SELECT * FROM unnest(%(channel_ids)s::uuid[], %(report_ids)s::text[]) AS report (channel_id, report_id)
),
answer AS MATERIALIZED (
    SELECT row.channel_id, row.video_id, row.impressions::bigint AS impressions, row.ctr::numeric(5, 4) AS ctr
    FROM ytempire.staging_bulk_rows AS row JOIN reports USING (channel_id, report_id)
    WHERE row.channel_id = ANY(%(channel_ids)s::uuid[])
),
-- By the whole key, so that neither other channels nor other chunks are read. The ids are given and not looked up
-- here: an array that the planner does not know is searched from its beginning for every row.
present AS MATERIALIZED (
    SELECT video_id, impressions, ctr, engaged_views
    FROM ytempire.video_metrics
    WHERE video_id = ANY(%(video_ids)s::uuid[]) AND source = 'reporting' AND time = %(time)s
),
gone AS MATERIALIZED (
    SELECT video_id, engaged_views FROM present
    WHERE NOT EXISTS (SELECT FROM answer WHERE answer.video_id = present.video_id)
),
vanished AS (
    DELETE FROM ytempire.video_metrics AS metrics USING gone
    WHERE metrics.video_id = gone.video_id AND metrics.source = 'reporting' AND metrics.time = %(time)s
      AND gone.engaged_views IS NULL
),
not_shown AS (
    UPDATE ytempire.video_metrics AS metrics
    SET impressions = NULL, ctr = NULL, loaded_at = now()
    FROM gone
    WHERE metrics.video_id = gone.video_id AND metrics.source = 'reporting' AND metrics.time = %(time)s
      AND gone.engaged_views IS NOT NULL AND metrics.impressions IS NOT NULL
),
written AS (
    INSERT INTO ytempire.video_metrics (source, day, time, metric_definition, video_id, impressions, ctr)
    SELECT 'reporting', %(day)s, %(time)s, %(definition)s, * FROM (
        SELECT video_id, impressions, ctr FROM answer EXCEPT ALL SELECT video_id, impressions, ctr FROM present
    ) AS different
    ORDER BY video_id
    ON CONFLICT (video_id, source, time) DO UPDATE SET
        impressions = excluded.impressions,
        ctr = excluded.ctr,
        loaded_at = now()
)
SELECT
    channel_id,
    count(*) AS row_count,
    encode(sha256(convert_to(string_agg(
        (video_id, impressions, ctr)::text, E'\n' ORDER BY video_id
    ), 'UTF8')), 'hex') AS content_sha256
FROM answer
GROUP BY channel_id;
