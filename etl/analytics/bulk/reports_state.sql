-- What the ledger says of some reports of a type and day, how many of their rows are staged, and what is loaded of it.
SELECT
    report.*,
    (
        SELECT count(*) FROM ytempire.staging_bulk_rows AS row
        WHERE row.channel_id = report.channel_id AND row.report_id = report.report_id
    ) AS rows_staged,
    slice.fetched_at AS loaded_created_at
FROM unnest(%(channel_ids)s::uuid[], %(report_ids)s::text[]) AS asked (channel_id, report_id)
JOIN ytempire.bulk_reports AS report USING (channel_id, report_id)
LEFT JOIN ytempire.analytics_slices AS slice
    ON slice.channel_id = report.channel_id AND slice.report = report.report AND slice.day = report.day
WHERE report.state = 'staged' AND report.batch_id = %(batch_id)s
ORDER BY report.channel_id, report.report_id
FOR UPDATE OF report;
