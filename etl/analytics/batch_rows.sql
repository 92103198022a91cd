-- How many rows a batch must have in staging, and how many it has.
SELECT
    coalesce(sum(row_count - quarantined_count), 0)::integer AS expected,
    (
        SELECT count(*) FROM ytempire.staging_video_metrics
        WHERE slice_id = ANY(ARRAY(
            SELECT slice_id FROM ytempire.staging_slices WHERE batch_id = %(batch_id)s AND report = %(report)s
        ))
    )::integer AS staged,
    count(*) AS slices,
    max(fetched_at) AS fetched_at
FROM ytempire.staging_slices
WHERE batch_id = %(batch_id)s AND report = %(report)s;
