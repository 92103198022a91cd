-- Of every active channel: its uploads of a Pacific day, what waits for one, what is still to be made for the day,
-- and which of its uploads still need units.
SELECT channel.channel_id, channel.channel_name AS name, settings.priority, settings.uploads_per_day AS cap,
       used.uploads AS used,
       upload.waiting, upload.waiting_since,
       GREATEST(0, %(day)s - (upload.waiting_since AT TIME ZONE 'America/Los_Angeles')::date) AS waited_days,
       CASE WHEN %(lapsed)s OR channel.status <> 'active' THEN 0
            ELSE job.under_way + GREATEST(0, settings.videos_per_day - job.queued) END AS expected,
       upload.unfinished + used.under_way AS unfinished
FROM ytempire.channels AS channel
JOIN ytempire.channel_configurations AS settings USING (channel_id)
CROSS JOIN LATERAL (
    SELECT count(*)::int AS uploads, count(*) FILTER (WHERE state = 'reserved')::int AS under_way
    FROM ytempire.quota_ledger
    WHERE day = %(day)s AND bucket = 'videos.insert' AND channel_id = channel.channel_id AND state <> 'released'
) AS used
CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE begins AND today)::int AS waiting,
           min(created_at) FILTER (WHERE begins AND today) AS waiting_since,
           count(*) FILTER (WHERE NOT begins)::int AS unfinished
    FROM (SELECT upload.created_at, upload.session_uri IS NULL AND upload.youtube_video_id IS NULL AS begins,
                 upload.not_before IS NULL OR upload.not_before < %(reset)s AS today
          FROM ytempire.uploads AS upload
          JOIN ytempire.generation_jobs AS job USING (job_id)
          WHERE upload.channel_id = channel.channel_id AND upload.status NOT IN ('scheduled', 'published', 'failed')
            AND job.status NOT IN ('failed', 'rejected', 'cancelled')) AS open
) AS upload
CROSS JOIN LATERAL (
    SELECT count(*)::int AS queued,
           count(*) FILTER (
               WHERE job.status IN ('queued', 'running', 'awaiting_decision', 'approved')
                 AND NOT EXISTS (SELECT FROM ytempire.uploads WHERE uploads.job_id = job.job_id))::int AS under_way
    FROM ytempire.generation_jobs AS job
    WHERE job.channel_id = channel.channel_id AND job.day = %(day)s
) AS job
WHERE channel.status = 'active' OR channel.channel_id = %(asking)s::uuid
ORDER BY settings.priority DESC, channel.created_at, channel.channel_id
