-- What was put off and is due, what was dropped on the way, and scheduled videos whose slot has come. Those that
-- have not begun need one of the day's places for uploads.
SELECT upload.upload_id, upload.job_id, upload.channel_id,
       upload.session_uri IS NULL AND upload.youtube_video_id IS NULL AS begins
FROM ytempire.uploads AS upload
JOIN ytempire.generation_jobs AS job USING (job_id)
JOIN ytempire.channels AS channel ON channel.channel_id = upload.channel_id
WHERE upload.status IN ('deferred', 'pending', 'uploading', 'uploaded', 'scheduled')
  AND upload.not_before <= %(now)s
  -- What has begun of an archived channel is finished; the rest of it was cancelled.
  AND channel.status <> 'paused'
ORDER BY job.priority DESC, upload.created_at, upload.upload_id
