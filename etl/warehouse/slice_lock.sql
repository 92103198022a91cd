-- One writer for each slice: a nightly run, its retry and a backfill queue up here.
SELECT pg_advisory_xact_lock(
    hashtextextended(format('slice/%%s/%%s/%%s', %(channel_id)s::text, %(report)s::text, %(day)s::text), 0)
);
