INSERT INTO ytempire.analytics_slices (
    channel_id, report, day, status, row_count, quarantined_count, content_sha256, fetched_at, run_id
)
VALUES (
    %(channel_id)s, %(report)s, %(day)s, %(status)s, %(row_count)s, %(quarantined_count)s, %(content_sha256)s,
    %(created_at)s, %(run_id)s
)
ON CONFLICT (channel_id, report, day) DO UPDATE SET
    status = excluded.status,
    row_count = excluded.row_count,
    quarantined_count = excluded.quarantined_count,
    content_sha256 = excluded.content_sha256,
    fetched_at = excluded.fetched_at,
    run_id = excluded.run_id,
    error_message = NULL,
    loaded_at = clock_timestamp();
