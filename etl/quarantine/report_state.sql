-- Where the bulk report stands that rows in quarantine belong to, and what is loaded of its day.
SELECT
    report.channel_id, report.report_id, report.report, report.day, report.created_at, report.state, report.row_count,
    report.quarantined_count, channel.youtube_channel_id, slice.fetched_at AS loaded_created_at,
    slice.content_sha256 AS loaded_sha256
FROM ytempire.bulk_reports AS report
JOIN ytempire.channels AS channel USING (channel_id)
LEFT JOIN ytempire.analytics_slices AS slice
    ON slice.channel_id = report.channel_id AND slice.report = report.report AND slice.day = report.day
WHERE report.channel_id = %(channel_id)s AND report.report_id = %(report_id)s;
