-- What waits for quota, a place or its slot: what is due first comes first.
SELECT upload.job_id, channel.channel_name AS channel, video.title, upload.status, upload.not_before AS until,
       upload.publish_at, upload.error_message AS reason
FROM ytempire.uploads AS upload
JOIN ytempire.videos AS video USING (video_id)
JOIN ytempire.channels AS channel ON channel.channel_id = upload.channel_id
JOIN ytempire.generation_jobs AS job ON job.job_id = upload.job_id
WHERE upload.status IN ('deferred', 'scheduled') OR (upload.status = 'uploaded' AND upload.not_before IS NOT NULL)
ORDER BY upload.not_before, job.priority DESC, upload.created_at
