WITH published AS (
    UPDATE ytempire.uploads
    SET status = 'published', not_before = NULL, error_message = NULL
    WHERE upload_id = %(upload_id)s
    RETURNING video_id, job_id, youtube_video_id
), shown AS (
    UPDATE ytempire.videos AS video
    SET status = 'published', youtube_video_id = published.youtube_video_id, published_at = %(published_at)s
    FROM published
    WHERE video.video_id = published.video_id
)
UPDATE ytempire.generation_jobs AS job
SET status = 'published', error_message = NULL,
    completed_at = GREATEST(clock_timestamp(), job.started_at),
    result = COALESCE(job.result, '{}') || jsonb_build_object('youtube_video_id', published.youtube_video_id)
FROM published
WHERE job.job_id = published.job_id
