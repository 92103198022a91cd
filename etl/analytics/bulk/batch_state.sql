-- How many rows a batch's reports of a type must have in staging, and how many they have.
SELECT
    count(*)::integer AS reports,
    coalesce(sum(row_count), 0)::integer AS expected,
    coalesce(sum(rows.staged), 0)::integer AS staged,
    max(updated_at) AS updated_at
FROM ytempire.bulk_reports AS report
LEFT JOIN LATERAL (
    SELECT count(*) AS staged FROM ytempire.staging_bulk_rows AS row
    WHERE row.channel_id = report.channel_id AND row.report_id = report.report_id
) AS rows ON TRUE
WHERE batch_id = %(batch_id)s AND report = %(report)s AND state = 'staged';
