SELECT
    showing.showing_id, showing.video_id, showing.kind, showing.name, showing.state, showing.asked_by,
    showing.asked_at, showing.started_at, showing.shown_from, showing.shown_until, showing.not_before,
    showing.error_message,
    variant.title, variant.path, variant.blake3,
    upload.upload_id, video.channel_id, video.youtube_video_id
FROM ytempire.video_variant_showings AS showing
JOIN ytempire.video_variants AS variant USING (video_id, kind, name)
JOIN ytempire.videos AS video USING (video_id)
JOIN ytempire.uploads AS upload USING (video_id)
WHERE showing.showing_id = %(showing_id)s
