SELECT FROM ytempire.bulk_reports
WHERE batch_id = %(batch_id)s AND report = %(report)s AND state = 'staged'
ORDER BY channel_id, report_id
FOR UPDATE;
