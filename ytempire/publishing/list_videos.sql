-- Videos, the newest first: where each stands, and which title and thumbnail it is shown with.
SELECT
    video.video_id, video.youtube_video_id, channel.channel_name AS channel, video.title, video.description, video.tags,
    video.status, video.created_at, video.published_at, video.duration_seconds, video.quality_score,
    video.generation_cost AS cost_usd, video.thumbnail_url, video.job_id,
    upload.upload_id, upload.status AS upload_status, upload.privacy_status, upload.not_before,
    upload.error_message AS problem, shown.title AS shown_title, shown.thumbnail AS shown_thumbnail, shown.asked
FROM ytempire.videos AS video
JOIN ytempire.channels AS channel USING (channel_id)
LEFT JOIN ytempire.uploads AS upload USING (video_id)
CROSS JOIN LATERAL (
    SELECT
        max(name) FILTER (WHERE kind = 'title' AND state = 'shown' AND shown_until IS NULL) AS title,
        max(name) FILTER (WHERE kind = 'thumbnail' AND state = 'shown' AND shown_until IS NULL) AS thumbnail,
        string_agg(kind || ' ' || name, ', ' ORDER BY kind) FILTER (WHERE state = 'asked') AS asked
    FROM ytempire.video_variant_showings AS showing
    WHERE showing.video_id = video.video_id
) AS shown
WHERE (%(video)s::text IS NULL OR %(video)s IN (video.video_id::text, video.youtube_video_id))
  AND (%(status)s::text IS NULL OR video.status = %(status)s)
  AND (%(channel)s::text IS NULL
       OR %(channel)s IN (channel.channel_name, channel.channel_id::text, channel.youtube_channel_id))
ORDER BY video.created_at DESC, video.video_id
LIMIT %(limit)s
