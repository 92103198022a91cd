-- The course of some videos: the last observation of each hour in each country, the newest points of each.
WITH hourly AS (
    SELECT DISTINCT ON (youtube_video_id, region_code, time_bucket('1 hour', fetched_at))
        youtube_video_id, fetched_at, region_code, rank, views
    FROM ytempire.trend_snapshots
    WHERE youtube_video_id = ANY(%(ids)s) AND fetched_at <= %(now)s
      AND fetched_at > %(now)s - make_interval(hours => %(window_hours)s)
    ORDER BY youtube_video_id, region_code, time_bucket('1 hour', fetched_at), fetched_at DESC
),
numbered AS (
    SELECT *, row_number() OVER (PARTITION BY youtube_video_id ORDER BY fetched_at DESC, region_code) AS age
    FROM hourly
)
SELECT youtube_video_id, fetched_at, region_code, rank, views
FROM numbered
WHERE age <= %(limit)s
ORDER BY youtube_video_id, fetched_at, region_code;
