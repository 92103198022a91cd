SELECT
    channel.channel_name, report.report, report.report_id, report.day,
    to_char(report.created_at, 'YYYY-MM-DD HH24:MI') AS created, report.state, report.row_count,
    report.quarantined_count, left(report.sha256, 12) AS sha256, report.error_message
FROM ytempire.bulk_reports AS report
JOIN ytempire.channels AS channel USING (channel_id)
WHERE (%(channel_id)s::uuid IS NULL OR report.channel_id = %(channel_id)s)
  AND (%(state)s::text IS NULL OR report.state = %(state)s)
ORDER BY report.created_at DESC, channel.channel_name, report.report
LIMIT %(limit)s;
