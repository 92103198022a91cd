-- One chart a country and UTC day: the last one fetched that day. A chart that
-- was fetched in several pages spreads over a few minutes.
WITH moments AS (
    SELECT *, to_date(fetched_at) AS day,
        max(fetched_at) OVER (PARTITION BY region_code, to_date(fetched_at)) AS last_fetched_at
    FROM snapshots
),
places AS (
    SELECT *, row_number() OVER (
        PARTITION BY region_code, day, youtube_video_id ORDER BY fetched_at DESC, rank
    ) AS nth
    FROM moments
    WHERE fetched_at >= last_fetched_at - INTERVAL 5 MINUTES
)
SELECT
    places.region_code, places.day, places.fetched_at, places.youtube_video_id,
    double(places.rank) AS rank, double(places.views) AS views,
    double(places.likes) AS likes, double(places.comments) AS comments,
    videos.title, videos.youtube_channel_id, double(videos.category_id) AS category_id,
    videos.published_at, double(videos.duration_seconds) AS duration_seconds,
    videos.language, double(videos.tag_count) AS tag_count
FROM places
LEFT JOIN videos USING (youtube_video_id)
WHERE places.nth = 1
