-- For each channel the five channels of its niche that stand in most charts.
SELECT own.channel_id, ARRAY(
    SELECT video.youtube_channel_id
    FROM ytempire.trend_videos video
    JOIN ytempire.trend_snapshots snapshot USING (youtube_video_id)
    WHERE video.category_id = ANY(own.category_ids) AND video.youtube_channel_id IS NOT NULL
      AND snapshot.source = 'chart'
    GROUP BY video.youtube_channel_id
    ORDER BY count(*) DESC, video.youtube_channel_id
    LIMIT 5) AS charting
FROM ytempire.channel_configurations own
WHERE own.channel_id::text = ANY(%(channels)s)
