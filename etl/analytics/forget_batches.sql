-- Staged batches are kept for a while to look into, and no longer.
WITH old AS (
    SELECT batch_id FROM ytempire.staging_slices
    GROUP BY batch_id
    HAVING max(fetched_at) < clock_timestamp() - make_interval(days => %(days)s)
),
rows AS (
    DELETE FROM ytempire.staging_video_metrics WHERE batch_id IN (SELECT batch_id FROM old)
)
DELETE FROM ytempire.staging_slices WHERE batch_id IN (SELECT batch_id FROM old);
