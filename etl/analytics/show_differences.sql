SELECT
    channel.channel_name, held.channel_id, held.day, held.state,
    CASE WHEN differs.metric IS NULL THEN NULL ELSE coalesce(video.youtube_video_id, 'all together') END AS video,
    differs.metric, differs.analytics, differs.reporting, round(differs.tolerance, 2) AS tolerance
FROM ytempire.analytics_reconciliations AS held
JOIN ytempire.channels AS channel USING (channel_id)
LEFT JOIN ytempire.analytics_differences AS differs USING (channel_id, day)
LEFT JOIN ytempire.videos AS video ON video.video_id = differs.video_id
WHERE held.state IN ('differs', 'unverified')
  AND (%(channel_id)s::uuid IS NULL OR held.channel_id = %(channel_id)s)
ORDER BY held.day DESC, channel.channel_name, differs.video_id NULLS FIRST, differs.metric
LIMIT %(limit)s;
