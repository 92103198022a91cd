UPDATE ytempire.bulk_reports SET validated_at = clock_timestamp()
WHERE batch_id = %(batch_id)s AND report = %(report)s AND state = 'staged';
