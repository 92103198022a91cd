-- The video is at YouTube, private until its slot; then upload_queue looks at it.
WITH scheduled AS (
    UPDATE ytempire.uploads
    SET status = 'scheduled', not_before = %(look_at)s, error_message = NULL
    WHERE upload_id = %(upload_id)s AND status <> 'published'
    RETURNING video_id, job_id, youtube_video_id
), shown AS (
    UPDATE ytempire.videos AS video
    SET status = 'scheduled', youtube_video_id = scheduled.youtube_video_id
    FROM scheduled
    WHERE video.video_id = scheduled.video_id
)
UPDATE ytempire.generation_jobs AS job
SET status = 'scheduled', error_message = NULL, completed_at = NULL,
    result = COALESCE(job.result, '{}') || jsonb_build_object('youtube_video_id', scheduled.youtube_video_id)
FROM scheduled
WHERE job.job_id = scheduled.job_id
