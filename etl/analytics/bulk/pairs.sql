-- The days of channels that are to be compared: told by a bulk report, and not compared in these contents yet.
CREATE TEMPORARY TABLE pairs ON COMMIT DROP AS
SELECT
    told.channel_id, told.day, told.day::timestamp AT TIME ZONE 'America/Los_Angeles' AS time,
    asked.content_sha256 AS analytics_sha256,
    told.content_sha256 AS reporting_sha256,
    -- Asked after the report was there: an earlier answer may be of an earlier state of the day.
    coalesce(asked.status IN ('loaded', 'empty') AND asked.fetched_at >= report.listed_at, FALSE) AS is_comparable
FROM ytempire.analytics_slices AS told
JOIN ytempire.bulk_reports AS report
    ON report.channel_id = told.channel_id AND report.report = told.report AND report.day = told.day
    AND report.state IN ('loaded', 'empty')
LEFT JOIN ytempire.analytics_slices AS asked
    ON asked.channel_id = told.channel_id AND asked.day = told.day AND asked.report = 'video_daily'
LEFT JOIN ytempire.analytics_reconciliations AS compared
    ON compared.channel_id = told.channel_id AND compared.day = told.day
WHERE told.report = 'channel_basic_a3' AND told.day >= %(since)s AND told.status IN ('loaded', 'empty')
  AND (compared.state IN ('agreed', 'differs', 'accepted')
       AND compared.reporting_sha256 = told.content_sha256
       AND compared.analytics_sha256 IS NOT DISTINCT FROM asked.content_sha256) IS NOT TRUE;
