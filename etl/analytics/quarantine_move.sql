-- Takes bad rows out of staging, with what they held and why they were refused.
WITH refused AS (
    SELECT slice_id, row_number, reason
    FROM unnest(%(slice_ids)s::bigint[], %(row_numbers)s::integer[], %(reasons)s::text[])
        AS refused (slice_id, row_number, reason)
),
bad AS (
    DELETE FROM ytempire.staging_video_metrics AS staged
    USING refused
    WHERE staged.slice_id = ANY(%(slice_ids)s::bigint[])
      AND staged.slice_id = refused.slice_id AND staged.row_number = refused.row_number
    RETURNING staged.*, refused.reason
),
counted AS (
    UPDATE ytempire.staging_slices AS slice
    SET quarantined_count = slice.quarantined_count + few.rows
    FROM (SELECT slice_id, count(*) AS rows FROM bad GROUP BY slice_id) AS few
    WHERE slice.slice_id = few.slice_id
)
INSERT INTO ytempire.quarantined_rows (source, batch_id, channel_id, row_number, payload, reason, fetched_at)
SELECT
    slice.report, slice.batch_id, slice.channel_id, bad.row_number,
    (to_jsonb(bad) - '{slice_id,row_number,reason}'::text[])
        || jsonb_build_object('day', slice.day, 'metric_definition', slice.metric_definition),
    bad.reason, slice.fetched_at
FROM bad JOIN ytempire.staging_slices AS slice USING (slice_id);
