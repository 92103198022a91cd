-- The late and lost days that an operator is told of, and why. What a run is about to load is not among them.
SELECT channel_id, report, status, count(*) AS days, min(day) AS first, max(day) AS last, max(error_message) AS message
FROM ytempire.analytics_slices AS slice
WHERE (status = 'late' AND NOT EXISTS (
        SELECT FROM ytempire.bulk_reports AS report
        WHERE report.channel_id = slice.channel_id AND report.report = slice.report AND report.day = slice.day
          AND report.state = 'staged'
          AND report.updated_at >= clock_timestamp() - make_interval(hours => %(patience_hours)s)
    ))
    OR (status = 'lost' AND loaded_at >= clock_timestamp() - INTERVAL '7 days')
GROUP BY channel_id, report, status
ORDER BY channel_id, report;
