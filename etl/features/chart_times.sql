-- When the last chart of each country and UTC day was fetched.
SELECT region_code, (fetched_at AT TIME ZONE 'UTC')::date AS day, max(fetched_at) AS fetched_at
FROM ytempire.trend_snapshots
WHERE source = 'chart' AND region_code = ANY(%(regions)s::text[])
    AND fetched_at >= %(first)s::date::timestamp AT TIME ZONE 'UTC'
    AND fetched_at < (%(last)s::date + 1)::timestamp AT TIME ZONE 'UTC'
GROUP BY region_code, (fetched_at AT TIME ZONE 'UTC')::date
