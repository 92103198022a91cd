-- Staged batches are kept for a while to look into, and no longer.
WITH old AS (
    DELETE FROM ytempire.staging_slices
    WHERE batch_id IN (
        SELECT batch_id FROM ytempire.staging_slices
        GROUP BY batch_id
        HAVING max(fetched_at) < clock_timestamp() - make_interval(days => %(days)s)
    )
    RETURNING slice_id
)
DELETE FROM ytempire.staging_video_metrics WHERE slice_id = ANY(ARRAY(SELECT slice_id FROM old));
