INSERT INTO ytempire.analytics_slices (
    channel_id, report, day, status, row_count, quarantined_count, content_sha256, fetched_at, run_id
)
SELECT channel_id, %(report)s, day, status, row_count, quarantined_count, content_sha256, fetched_at, %(run_id)s
FROM unnest(
    %(channel_ids)s::uuid[], %(days)s::date[], %(statuses)s::text[], %(row_counts)s::integer[],
    %(quarantined_counts)s::integer[], %(hashes)s::text[], %(fetched)s::timestamptz[]
) AS slice (channel_id, day, status, row_count, quarantined_count, content_sha256, fetched_at)
ON CONFLICT (channel_id, report, day) DO UPDATE SET
    status = excluded.status,
    row_count = excluded.row_count,
    quarantined_count = excluded.quarantined_count,
    content_sha256 = excluded.content_sha256,
    fetched_at = excluded.fetched_at,
    run_id = excluded.run_id,
    error_message = NULL,
    loaded_at = clock_timestamp();
