-- Takes one row out of staging, with what it held and why. Numbers below zero: a row is a video, not a line.
WITH bad AS (
    DELETE FROM ytempire.staging_bulk_rows
    WHERE channel_id = %(channel_id)s AND report_id = %(report_id)s AND row_number = %(row_number)s
    RETURNING *
),
counted AS (
    UPDATE ytempire.bulk_reports AS report
    SET row_count = report.row_count - 1, quarantined_count = report.quarantined_count + 1
    FROM bad
    WHERE report.channel_id = bad.channel_id AND report.report_id = bad.report_id
)
INSERT INTO ytempire.quarantined_rows (source, batch_id, channel_id, row_number, payload, reason)
SELECT %(report)s, report_id, channel_id, -row_number, jsonb_strip_nulls(to_jsonb(bad)), %(reason)s FROM bad;
