-- What was put off and is due: uploads, and uploaded videos whose thumbnail or captions had to wait.
SELECT upload.upload_id, upload.job_id, upload.channel_id
FROM ytempire.uploads AS upload
JOIN ytempire.generation_jobs AS job USING (job_id)
JOIN ytempire.channels AS channel ON channel.channel_id = upload.channel_id
WHERE upload.status IN ('deferred', 'uploaded')
  AND upload.not_before <= %(now)s
  -- What has begun of an archived channel is finished; the rest of it was cancelled.
  AND channel.status <> 'paused'
ORDER BY job.priority DESC, upload.created_at
