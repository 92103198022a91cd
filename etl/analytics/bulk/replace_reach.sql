-- Makes the impressions of a channel's day equal to its reach report. A row that has nothing else goes with them.
WITH answer AS MATERIALIZED (
    SELECT video_id, impressions::bigint AS impressions, ctr::numeric(5, 4) AS ctr
    FROM ytempire.staging_bulk_rows
    WHERE channel_id = %(channel_id)s AND report_id = %(report_id)s
),
-- By the whole key, so that neither other channels nor other chunks are read.
present AS MATERIALIZED (
    SELECT video_id, impressions, ctr, engaged_views
    FROM ytempire.video_metrics
    WHERE video_id = ANY(ARRAY(SELECT video_id FROM ytempire.videos WHERE channel_id = %(channel_id)s))
      AND source = 'reporting' AND time = %(time)s
),
gone AS MATERIALIZED (
    SELECT video_id FROM present EXCEPT SELECT video_id FROM answer
),
vanished AS (
    DELETE FROM ytempire.video_metrics
    WHERE video_id = ANY(ARRAY(SELECT video_id FROM gone JOIN present USING (video_id) WHERE engaged_views IS NULL))
      AND source = 'reporting' AND time = %(time)s
),
not_shown AS (
    UPDATE ytempire.video_metrics
    SET impressions = NULL, ctr = NULL, loaded_at = now()
    WHERE video_id = ANY(ARRAY(SELECT video_id FROM gone JOIN present USING (video_id) WHERE engaged_views IS NOT NULL))
      AND source = 'reporting' AND time = %(time)s AND impressions IS NOT NULL
),
written AS (
    INSERT INTO ytempire.video_metrics (source, day, time, metric_definition, video_id, impressions, ctr)
    SELECT 'reporting', %(day)s, %(time)s, %(definition)s, * FROM (
        SELECT * FROM answer EXCEPT ALL SELECT video_id, impressions, ctr FROM present
    ) AS different
    ORDER BY video_id
    ON CONFLICT (video_id, source, time) DO UPDATE SET
        impressions = excluded.impressions,
        ctr = excluded.ctr,
        loaded_at = now()
)
SELECT
    count(*) AS row_count,
    encode(sha256(convert_to(string_agg(answer::text, E'\n' ORDER BY video_id), 'UTF8')), 'hex') AS content_sha256
FROM answer;
