-- One chart a country and UTC day, the last one fetched, of the days up to the newest.
WITH latest AS (
    SELECT max(fetched_at) AS fetched_at
    FROM ytempire.trend_snapshots
    WHERE source = 'chart'
        AND (%(until)s::timestamptz IS NULL OR fetched_at <= %(until)s::timestamptz)
),
snapshots AS (
    SELECT
        seen.*,
        (seen.fetched_at AT TIME ZONE 'UTC')::date AS day,
        max(seen.fetched_at) OVER (
            PARTITION BY region_code, (seen.fetched_at AT TIME ZONE 'UTC')::date
        ) AS last_fetched_at
    FROM ytempire.trend_snapshots AS seen, latest
    WHERE source = 'chart'
        AND seen.fetched_at <= latest.fetched_at
        AND seen.fetched_at >= latest.fetched_at - make_interval(days => %(days)s)
        AND (%(regions)s::text[] IS NULL OR region_code = ANY(%(regions)s::text[]))
),
places AS (
    SELECT *, row_number() OVER (
        PARTITION BY region_code, day, youtube_video_id ORDER BY fetched_at DESC, rank
    ) AS nth
    FROM snapshots
    WHERE fetched_at >= last_fetched_at - INTERVAL '5 minutes'
),
charts AS (
    SELECT
        region_code, day, fetched_at, youtube_video_id, rank, views, likes, comments,
        title, youtube_channel_id, category_id, published_at, duration_seconds,
        language, cardinality(tags) AS tag_count
    FROM places
    LEFT JOIN ytempire.trend_videos USING (youtube_video_id)
    WHERE nth = 1
)
SELECT {columns} FROM charts
