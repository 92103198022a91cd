-- What a channel has under way, and what is out already. An upload that has begun cannot be taken back: bytes, or
-- a whole video, are at YouTube.
WITH jobs AS (
    SELECT job.status, coalesce(upload.session_uri, upload.youtube_video_id) IS NOT NULL AS sent
    FROM ytempire.generation_jobs job LEFT JOIN ytempire.uploads upload USING (job_id)
    WHERE job.channel_id = %(channel_id)s AND job.status NOT IN ('published', 'rejected', 'cancelled')
)
SELECT (SELECT count(*) FROM jobs WHERE status = 'queued' AND NOT sent) AS queued_jobs,
       (SELECT count(*) FROM jobs WHERE status <> 'queued' AND NOT sent) AS begun_jobs,
       (SELECT count(*) FROM jobs WHERE status <> 'scheduled' AND sent) AS begun_uploads,
       (SELECT count(*) FROM jobs WHERE status = 'scheduled') AS scheduled_videos,
       (SELECT count(*) FROM ytempire.videos
        WHERE channel_id = %(channel_id)s AND status = 'published') AS published_videos
