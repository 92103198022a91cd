-- Cancel a channel's jobs whose upload has not begun; their topics are free again for other channels of the niche.
-- An upload that a worker holds (publishing/store.py) counts as begun: the worker may be opening its session now.
WITH cancelled AS (
    UPDATE ytempire.generation_jobs job
    SET status = 'cancelled', error_message = %(message)s, completed_at = clock_timestamp()
    WHERE job.channel_id = %(channel_id)s AND job.status NOT IN ('published', 'rejected', 'cancelled')
      AND NOT EXISTS (
          SELECT FROM ytempire.uploads upload
          WHERE upload.job_id = job.job_id
            AND (upload.session_uri IS NOT NULL OR upload.youtube_video_id IS NOT NULL
                 OR NOT pg_try_advisory_xact_lock(hashtextextended('upload ' || upload.upload_id, 0))))
    RETURNING job_id, topic_id
), uploads AS (
    UPDATE ytempire.uploads SET status = 'failed', error_message = %(message)s
    FROM cancelled WHERE uploads.job_id = cancelled.job_id
), videos AS (
    UPDATE ytempire.videos SET status = 'failed' FROM cancelled WHERE videos.job_id = cancelled.job_id
), topics AS (
    UPDATE ytempire.topics SET status = 'open'
    FROM cancelled WHERE topics.topic_id = cancelled.topic_id AND topics.expires_at > clock_timestamp()
)
SELECT count(*) AS cancelled FROM cancelled
