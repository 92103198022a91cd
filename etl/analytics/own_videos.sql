-- What the channel had published by the end of a Pacific day; metrics of a deleted video still come.
SELECT youtube_video_id, video_id
FROM ytempire.videos
WHERE channel_id = %(channel_id)s
  AND youtube_video_id IS NOT NULL
  AND status IN ('published', 'deleted')
  AND published_at < (%(day)s::date + 1)::timestamp AT TIME ZONE 'America/Los_Angeles'
ORDER BY youtube_video_id;
