-- What is staged of a channel's slices, and what the warehouse already has of them.
SELECT
    staged.day,
    staged.fetched_at,
    staged.validated_at,
    staged.row_count - staged.quarantined_count AS rows_expected,
    staged.quarantined_count,
    (
        SELECT count(*) FROM ytempire.staging_video_metrics AS rows
        WHERE rows.batch_id = staged.batch_id
          AND rows.channel_id = staged.channel_id
          AND rows.day = staged.day
    ) AS rows_staged,
    loaded.fetched_at AS loaded_fetched_at
FROM ytempire.staging_slices AS staged
LEFT JOIN ytempire.analytics_slices AS loaded USING (channel_id, report, day)
WHERE staged.batch_id = %(batch_id)s AND staged.channel_id = %(channel_id)s AND staged.report = %(report)s
ORDER BY staged.day
FOR SHARE OF staged;
