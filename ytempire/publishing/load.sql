SELECT
    upload.upload_id, upload.job_id, upload.video_id, upload.channel_id, upload.marker, upload.status,
    upload.attempts, upload.created_at,
    upload.media_path, upload.media_blake3, upload.total_bytes, upload.sent_bytes,
    upload.session_uri, upload.session_created_at, upload.last_bytes_at, upload.youtube_video_id,
    upload.privacy_status, upload.made_for_kids, upload.synthetic_media, upload.publish_at, upload.checked_at,
    upload.thumbnail_blake3, upload.thumbnail_set_at, upload.captions_started_at, upload.captions_id,
    upload.playlist_id, upload.playlist_started_at, upload.playlist_item_id,
    video.title, video.description, video.tags, video.published_at,
    settings.language, settings.category_ids, settings.playlist_title,
    settings.privacy_status AS channel_privacy_status, job.status = 'cancelled' AS cancelled, channel.status = 'paused' AS paused
FROM ytempire.uploads AS upload
JOIN ytempire.videos AS video USING (video_id)
JOIN ytempire.generation_jobs AS job ON job.job_id = upload.job_id
JOIN ytempire.channels AS channel ON channel.channel_id = upload.channel_id
JOIN ytempire.channel_configurations AS settings ON settings.channel_id = upload.channel_id
WHERE upload.upload_id = %(upload_id)s
