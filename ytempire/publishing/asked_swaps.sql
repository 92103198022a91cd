SELECT showing.showing_id, video.channel_id
FROM ytempire.video_variant_showings AS showing
JOIN ytempire.videos AS video USING (video_id)
JOIN ytempire.channels AS channel USING (channel_id)
WHERE showing.state = 'asked'
  AND (showing.not_before IS NULL OR showing.not_before <= %(now)s)
  AND channel.status = 'active'
ORDER BY showing.asked_at
