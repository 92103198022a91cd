-- The last run of every source, for an operator: which do not answer, since when, and what they cost.
SELECT DISTINCT ON (source, name)
    source, name, state, started_at, units, snapshots, skipped, message,
    (
        SELECT max(good.started_at) FROM ytempire.trend_source_runs AS good
        WHERE good.source = run.source AND good.name = run.name AND good.state IN ('ok', 'partial')
    ) AS last_good_at
FROM ytempire.trend_source_runs AS run
ORDER BY source, name, started_at DESC;
