-- Days beside those of the run: they did not come in, or a bulk report of them came after they were last asked for.
SELECT day FROM ytempire.analytics_slices
WHERE channel_id = %(channel_id)s AND report = 'video_daily' AND status IN ('failed', 'late') AND day >= %(since)s
UNION
SELECT report.day
FROM ytempire.bulk_reports AS report
LEFT JOIN ytempire.analytics_slices AS asked
    ON asked.channel_id = report.channel_id AND asked.day = report.day AND asked.report = 'video_daily'
WHERE report.channel_id = %(channel_id)s AND report.report = 'channel_basic_a3'
  AND report.state IN ('staged', 'loaded', 'empty') AND report.day >= %(since)s
  AND (asked.fetched_at IS NULL OR asked.fetched_at < report.listed_at)
ORDER BY day;
