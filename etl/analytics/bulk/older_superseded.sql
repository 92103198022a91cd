UPDATE ytempire.bulk_reports SET state = 'superseded', updated_at = clock_timestamp()
WHERE channel_id = %(channel_id)s AND report = %(report)s AND day = %(day)s AND report_id <> %(report_id)s
  AND state IN ('loaded', 'empty');
