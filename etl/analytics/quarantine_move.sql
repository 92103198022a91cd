-- Takes one bad row out of staging, with what it held and why it was refused.
WITH bad AS (
    DELETE FROM ytempire.staging_video_metrics
    WHERE batch_id = %(batch_id)s AND channel_id = %(channel_id)s AND row_number = %(row_number)s
    RETURNING *
),
counted AS (
    UPDATE ytempire.staging_slices AS slice
    SET quarantined_count = slice.quarantined_count + 1
    FROM bad
    WHERE slice.batch_id = bad.batch_id AND slice.channel_id = bad.channel_id
      AND slice.day = bad.day AND slice.report = %(report)s
)
INSERT INTO ytempire.quarantined_rows (source, batch_id, channel_id, row_number, payload, reason)
SELECT %(report)s, batch_id, channel_id, row_number, to_jsonb(bad), %(reason)s FROM bad;
