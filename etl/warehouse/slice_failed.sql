-- A failure is written down, but does not take the place of content that is there.
INSERT INTO ytempire.analytics_slices (channel_id, report, day, status, run_id, error_message)
VALUES (%(channel_id)s, %(report)s, %(day)s, 'failed', %(run_id)s, %(error_message)s)
ON CONFLICT (channel_id, report, day) DO UPDATE SET
    run_id = excluded.run_id,
    error_message = excluded.error_message,
    loaded_at = clock_timestamp()
WHERE analytics_slices.status IN ('failed', 'late');
