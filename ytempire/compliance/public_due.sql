-- Texts to ask for again: those that are still of use, the oldest first. The others go when their time is over.
SELECT youtube_video_id
FROM ytempire.trend_videos AS video
WHERE refreshed_at < %(refresh_before)s
  AND EXISTS (
      SELECT FROM ytempire.trend_snapshots AS snapshot
      WHERE snapshot.youtube_video_id = video.youtube_video_id AND snapshot.fetched_at >= %(of_use_since)s
  )
ORDER BY refreshed_at, youtube_video_id
LIMIT %(most)s;
