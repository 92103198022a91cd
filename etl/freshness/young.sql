-- Public videos of ours younger than so many hours, those never observed first, then those observed longest ago.
-- A video whose slot has passed is public, also while nobody has noted that yet.
SELECT
    video.video_id, video.channel_id, video.youtube_video_id,
    coalesce(seen.time, video.published_at, upload.publish_at) AS known_at
FROM ytempire.videos AS video
LEFT JOIN ytempire.uploads AS upload ON upload.youtube_video_id = video.youtube_video_id
LEFT JOIN LATERAL (
    SELECT metrics.time
    FROM ytempire.video_metrics AS metrics
    WHERE metrics.video_id = video.video_id AND metrics.source = 'live'
      AND metrics.time > %(now)s - make_interval(hours => %(hours)s)
    ORDER BY metrics.time DESC
    LIMIT 1
) AS seen ON true
WHERE video.youtube_video_id IS NOT NULL
  AND (video.status = 'published' OR (video.status = 'scheduled' AND upload.publish_at <= %(now)s))
  AND coalesce(video.published_at, upload.publish_at) > %(now)s - make_interval(hours => %(hours)s)
  AND coalesce(video.published_at, upload.publish_at) <= %(now)s
ORDER BY seen.time NULLS FIRST, video.video_id
