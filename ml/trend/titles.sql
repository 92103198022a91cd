SELECT youtube_video_id, title
FROM ytempire.trend_videos
WHERE youtube_video_id = ANY(%(ids)s::text[])
