UPDATE ytempire.bulk_reports
SET state = 'staged', sha256 = %(sha256)s, own_count = %(own_count)s, row_count = %(row_count)s,
    quarantined_count = %(quarantined_count)s, foreign_count = %(foreign_count)s, batch_id = %(batch_id)s,
    validated_at = NULL, error_message = NULL, attempts = attempts + 1, updated_at = clock_timestamp()
WHERE channel_id = %(channel_id)s AND report_id = %(report_id)s;
