WITH slices AS (
    DELETE FROM ytempire.staging_slices
    WHERE batch_id = %(batch_id)s AND channel_id = %(channel_id)s AND report = %(report)s
    RETURNING slice_id
),
quarantined AS (
    DELETE FROM ytempire.quarantined_rows
    WHERE batch_id = %(batch_id)s AND channel_id = %(channel_id)s AND source = %(report)s
)
DELETE FROM ytempire.staging_video_metrics WHERE slice_id = ANY(ARRAY(SELECT slice_id FROM slices));
