-- What is staged of some channels, and what the warehouse already has of their days.
WITH staged AS MATERIALIZED (
    SELECT * FROM ytempire.staging_slices
    WHERE batch_id = %(batch_id)s AND report = %(report)s AND channel_id = ANY(%(channel_ids)s::uuid[])
    FOR SHARE
),
counted AS MATERIALIZED (
    SELECT slice_id, count(*) AS rows_staged
    FROM ytempire.staging_video_metrics
    WHERE slice_id = ANY(ARRAY(SELECT slice_id FROM staged))
    GROUP BY slice_id
)
SELECT
    staged.slice_id,
    staged.channel_id,
    staged.day,
    staged.fetched_at,
    staged.validated_at,
    staged.row_count - staged.quarantined_count AS rows_expected,
    staged.quarantined_count,
    coalesce(counted.rows_staged, 0) AS rows_staged,
    loaded.fetched_at AS loaded_fetched_at
FROM staged
LEFT JOIN counted USING (slice_id)
LEFT JOIN ytempire.analytics_slices AS loaded
    ON loaded.channel_id = staged.channel_id AND loaded.report = staged.report AND loaded.day = staged.day
ORDER BY staged.channel_id, staged.day;
