-- One writer for each slice: a nightly run, its retry and a backfill queue up here. Every loader takes
-- the days of a channel in the same order, so none waits for another that waits for it.
SELECT pg_advisory_xact_lock(hashtextextended(
    format('slice/%%s/%%s/%%s', %(channel_id)s::text, %(report)s::text, day::text), 0
))
FROM (SELECT day FROM unnest(%(days)s::date[]) AS day ORDER BY day) AS days;
