-- The video of a job; once its upload has begun it stays what YouTube was told.
WITH written AS (
    INSERT INTO ytempire.videos AS video
        (channel_id, job_id, title, description, tags, duration_seconds, quality_score, status)
    SELECT channel_id, job_id, %(title)s, %(description)s, %(tags)s, %(duration_seconds)s, %(quality_score)s, 'approved'
    FROM ytempire.generation_jobs
    WHERE job_id = %(job_id)s
    ON CONFLICT (job_id) DO UPDATE
        SET title = EXCLUDED.title, description = EXCLUDED.description, tags = EXCLUDED.tags,
            duration_seconds = EXCLUDED.duration_seconds, quality_score = EXCLUDED.quality_score
        WHERE NOT EXISTS (
            SELECT 1 FROM ytempire.uploads AS upload
            WHERE upload.job_id = video.job_id AND upload.session_uri IS NOT NULL)
    RETURNING video_id, channel_id
)
SELECT video_id, channel_id FROM written
UNION
SELECT video_id, channel_id FROM ytempire.videos WHERE job_id = %(job_id)s
