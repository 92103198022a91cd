-- Makes the impressions of a channel's day equal to its reach report. A row that has nothing else goes with them.
WITH answer AS MATERIALIZED (
    SELECT video_id, impressions::bigint AS impressions, ctr::numeric(5, 4) AS ctr
    FROM ytempire.staging_bulk_rows
    WHERE channel_id = %(channel_id)s AND report_id = %(report_id)s
),
own AS MATERIALIZED (
    SELECT video_id FROM ytempire.videos WHERE channel_id = %(channel_id)s
),
vanished AS (
    DELETE FROM ytempire.video_metrics
    WHERE source = 'reporting' AND time = %(time)s AND video_id IN (SELECT video_id FROM own)
      AND video_id NOT IN (SELECT video_id FROM answer) AND engaged_views IS NULL
),
not_shown AS (
    UPDATE ytempire.video_metrics
    SET impressions = NULL, ctr = NULL, loaded_at = now()
    WHERE source = 'reporting' AND time = %(time)s AND video_id IN (SELECT video_id FROM own)
      AND video_id NOT IN (SELECT video_id FROM answer) AND engaged_views IS NOT NULL AND impressions IS NOT NULL
),
written AS (
    INSERT INTO ytempire.video_metrics AS metrics (
        source, day, video_id, time, impressions, ctr, metric_definition
    )
    SELECT 'reporting', %(day)s, video_id, %(time)s, impressions, ctr, %(definition)s
    FROM answer
    ORDER BY video_id
    ON CONFLICT (video_id, source, time) DO UPDATE SET
        impressions = excluded.impressions,
        ctr = excluded.ctr,
        loaded_at = now()
    WHERE (metrics.impressions, metrics.ctr) IS DISTINCT FROM (excluded.impressions, excluded.ctr)
)
SELECT
    count(*) AS row_count,
    encode(sha256(convert_to(string_agg(answer::text, E'\n' ORDER BY video_id), 'UTF8')), 'hex') AS content_sha256
FROM answer;
