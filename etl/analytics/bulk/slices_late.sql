-- Marks what is owed and not there. What came in meanwhile is not touched.
WITH owed AS (
    SELECT channel.channel_id, wanted.report, generate_series(
        greatest(
            first_video.day,
            (CASE WHEN wanted.report = %(queried)s THEN channel.created_at ELSE job.created_at END
                AT TIME ZONE 'America/Los_Angeles')::date,
            -- What was lost is written down once; a week's nights may have failed.
            %(lost_before)s::date - 7
        ),
        %(last)s::date, INTERVAL '1 day'
    )::date AS day
    FROM ytempire.channels AS channel
    CROSS JOIN unnest(%(reports)s::text[]) AS wanted (report)
    CROSS JOIN LATERAL (
        SELECT (min(published_at) AT TIME ZONE 'America/Los_Angeles')::date AS day
        FROM ytempire.videos AS video
        WHERE video.channel_id = channel.channel_id AND video.status IN ('published', 'deleted')
          AND video.youtube_video_id IS NOT NULL
    ) AS first_video
    LEFT JOIN ytempire.reporting_jobs AS job ON job.channel_id = channel.channel_id AND job.report = wanted.report
    WHERE channel.status <> 'archived' AND first_video.day IS NOT NULL
      AND (wanted.report = %(queried)s OR job.created_at IS NOT NULL)
)
INSERT INTO ytempire.analytics_slices AS slice (channel_id, report, day, status, run_id)
SELECT channel_id, report, day, CASE WHEN day < %(lost_before)s THEN 'lost' ELSE 'late' END, %(run_id)s
FROM owed
ORDER BY channel_id, report, day
ON CONFLICT (channel_id, report, day) DO UPDATE
    SET status = excluded.status, run_id = excluded.run_id, loaded_at = clock_timestamp()
    WHERE slice.status IN ('failed', 'late') AND slice.status <> excluded.status;
