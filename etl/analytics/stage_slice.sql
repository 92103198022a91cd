INSERT INTO ytempire.staging_slices (
    batch_id, channel_id, report, day, metric_definition, row_count, quarantined_count, fetched_at
)
VALUES (
    %(batch_id)s, %(channel_id)s, %(report)s, %(day)s, %(metric_definition)s, %(row_count)s, %(quarantined_count)s,
    %(fetched_at)s
)
RETURNING slice_id;
