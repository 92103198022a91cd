WITH rows AS (
    DELETE FROM ytempire.staging_bulk_rows WHERE channel_id = %(channel_id)s AND report_id = %(report_id)s
)
DELETE FROM ytempire.quarantined_rows
WHERE source = %(report)s AND batch_id = %(report_id)s AND channel_id = %(channel_id)s;
