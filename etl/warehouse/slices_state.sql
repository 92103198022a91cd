-- What is staged of some days of some channels, and what the warehouse already has of them.
WITH staged_rows AS MATERIALIZED (
    SELECT channel_id, day, count(*) AS rows_staged
    FROM ytempire.staging_video_metrics
    WHERE batch_id = %(batch_id)s AND channel_id = ANY(%(channel_ids)s::uuid[])
    GROUP BY channel_id, day
)
SELECT
    staged.channel_id,
    staged.day,
    staged.fetched_at,
    staged.validated_at,
    staged.row_count - staged.quarantined_count AS rows_expected,
    staged.quarantined_count,
    coalesce(staged_rows.rows_staged, 0) AS rows_staged,
    loaded.fetched_at AS loaded_fetched_at
FROM ytempire.staging_slices AS staged
LEFT JOIN staged_rows USING (channel_id, day)
LEFT JOIN ytempire.analytics_slices AS loaded USING (channel_id, report, day)
WHERE staged.batch_id = %(batch_id)s AND staged.report = %(report)s
  AND staged.channel_id = ANY(%(channel_ids)s::uuid[])
ORDER BY staged.channel_id, staged.day
FOR SHARE OF staged;
