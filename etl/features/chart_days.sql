-- Every chart that features are computed from, in figures: the last look of each country and UTC day.
WITH looks AS (
    SELECT region_code, (fetched_at AT TIME ZONE 'UTC')::date AS day, max(fetched_at) AS fetched_at
    FROM ytempire.trend_snapshots
    WHERE source = 'chart' AND region_code = ANY(%(regions)s::text[])
        AND fetched_at >= %(first)s::date::timestamp AT TIME ZONE 'UTC'
        AND fetched_at < (%(last)s::date + 1)::timestamp AT TIME ZONE 'UTC'
    GROUP BY region_code, (fetched_at AT TIME ZONE 'UTC')::date
)
SELECT
    looks.region_code,
    looks.day,
    count(*) AS row_count,
    min(rank) AS first_rank,
    1 - count(DISTINCT rank)::float8 / max(rank) AS missing_share,
    count(views)::float8 / count(*) AS known_views_share,
    count(videos.youtube_video_id)::float8 / count(*) AS known_videos_share
FROM looks
JOIN ytempire.trend_snapshots AS seen
    ON seen.region_code = looks.region_code AND seen.source = 'chart'
    AND seen.fetched_at BETWEEN looks.fetched_at - INTERVAL '5 minutes' AND looks.fetched_at
LEFT JOIN ytempire.trend_videos AS videos USING (youtube_video_id)
GROUP BY looks.region_code, looks.day
