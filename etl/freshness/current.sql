-- The newest observation of each young video, summed by channel. The oldest of them says how fresh the sum is.
SELECT
    video.channel_id::text AS channel_id, count(*)::integer AS videos, sum(seen.views)::bigint AS views,
    sum(seen.likes)::bigint AS likes, sum(seen.comments)::bigint AS comments,
    min(seen.time) AS observed_at, min(seen.metric_definition) AS metric_definition
FROM ytempire.videos AS video
CROSS JOIN LATERAL (
    SELECT metrics.time, metrics.views, metrics.likes, metrics.comments, metrics.metric_definition
    FROM ytempire.video_metrics AS metrics
    WHERE metrics.video_id = video.video_id AND metrics.source = 'live'
      AND metrics.time > %(now)s - make_interval(hours => %(hours)s)
    ORDER BY metrics.time DESC
    LIMIT 1
) AS seen
WHERE video.status IN ('published', 'scheduled') AND video.channel_id = ANY(%(channel_ids)s::uuid[])
GROUP BY video.channel_id
