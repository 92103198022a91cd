-- One writer for each slice: a nightly run, its retry and a backfill queue up here. Every loader takes
-- slices in the same order, so none waits for another that waits for it.
SELECT pg_advisory_xact_lock(hashtextextended(
    format('slice/%%s/%%s/%%s', channel_id::text, %(report)s::text, day::text), 0
))
FROM (
    SELECT channel_id, day
    FROM unnest(%(channel_ids)s::uuid[], %(days)s::date[]) AS slice (channel_id, day)
    ORDER BY channel_id, day
) AS slices;
