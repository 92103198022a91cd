SELECT
    report.*,
    (
        SELECT count(*) FROM ytempire.staging_bulk_rows AS row
        WHERE row.channel_id = report.channel_id AND row.report_id = report.report_id
    ) AS rows_staged,
    slice.fetched_at AS loaded_created_at
FROM ytempire.bulk_reports AS report
LEFT JOIN ytempire.analytics_slices AS slice USING (channel_id, report, day)
WHERE report.channel_id = %(channel_id)s AND report.report_id = %(report_id)s
FOR UPDATE OF report;
