-- What was put off and is due, what was dropped on the way, and scheduled videos whose slot has come. Those that
-- have not begun need one of the day's places for uploads.
SELECT upload.upload_id, upload.job_id, upload.channel_id,
       upload.session_uri IS NULL AND upload.youtube_video_id IS NULL AS begins
FROM ytempire.uploads AS upload
JOIN ytempire.generation_jobs AS job USING (job_id)
JOIN ytempire.channels AS channel ON channel.channel_id = upload.channel_id
WHERE upload.status IN ('deferred', 'pending', 'uploading', 'uploaded', 'scheduled')
  AND upload.not_before <= %(now)s
  -- What has begun of an archived channel is finished; the rest of it was cancelled. Of a paused one only what
  -- YouTube does by itself at the slot is looked at, while its owner's consent lets us.
  AND (channel.status <> 'paused'
       OR (upload.status = 'scheduled'
           AND (SELECT event FROM ytempire.channel_consents AS consent
                WHERE consent.channel_id = channel.channel_id ORDER BY consent_id DESC LIMIT 1) = 'given'))
ORDER BY job.priority DESC, upload.created_at, upload.upload_id
