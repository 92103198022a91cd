WITH staged AS (
    DELETE FROM ytempire.staging_bulk_rows WHERE channel_id = %(channel_id)s AND report_id = %(report_id)s
)
UPDATE ytempire.bulk_reports SET state = %(state)s, updated_at = clock_timestamp()
WHERE channel_id = %(channel_id)s AND report_id = %(report_id)s;
