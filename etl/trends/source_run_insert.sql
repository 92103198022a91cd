INSERT INTO ytempire.trend_source_runs AS known (run_id, source, name, day, started_at, units)
VALUES (%(run_id)s, %(source)s, %(name)s, %(day)s, %(started_at)s, %(units)s)
ON CONFLICT (run_id, source, name) DO NOTHING;
