INSERT INTO ytempire.staging_slices (
    batch_id, channel_id, report, day, row_count, quarantined_count, fetched_at
)
VALUES (
    %(batch_id)s, %(channel_id)s, %(report)s, %(day)s, %(row_count)s, %(quarantined_count)s, %(fetched_at)s
);
