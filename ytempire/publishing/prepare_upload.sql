-- Only an upload that has not begun may change its file.
INSERT INTO ytempire.uploads AS upload
    (job_id, video_id, channel_id, marker, media_path, media_blake3, total_bytes, privacy_status, made_for_kids)
VALUES
    (%(job_id)s, %(video_id)s, %(channel_id)s, %(marker)s, %(media_path)s, %(media_blake3)s, %(total_bytes)s,
     %(privacy_status)s, %(made_for_kids)s)
ON CONFLICT (job_id) DO UPDATE
    SET media_path = EXCLUDED.media_path, media_blake3 = EXCLUDED.media_blake3,
        total_bytes = EXCLUDED.total_bytes, privacy_status = EXCLUDED.privacy_status,
        made_for_kids = EXCLUDED.made_for_kids,
        publish_at = CASE WHEN EXCLUDED.privacy_status = 'public' THEN upload.publish_at END,
        slot_day = CASE WHEN EXCLUDED.privacy_status = 'public' THEN upload.slot_day END
    WHERE upload.session_uri IS NULL AND upload.youtube_video_id IS NULL
RETURNING upload_id
