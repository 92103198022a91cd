-- The countries whose charts were observed in the last days.
WITH latest AS (
    SELECT max(fetched_at) AS fetched_at
    FROM ytempire.trend_snapshots
    WHERE source = 'chart'
        AND (%(until)s::date IS NULL OR fetched_at < (%(until)s::date + 1)::timestamp AT TIME ZONE 'UTC')
)
SELECT
    region_code,
    count(*) AS rows,
    max((snapshots.fetched_at AT TIME ZONE 'UTC')::date) AS last_day
FROM ytempire.trend_snapshots AS snapshots, latest
WHERE source = 'chart'
    AND snapshots.fetched_at <= latest.fetched_at
    AND snapshots.fetched_at > latest.fetched_at - make_interval(days => %(days)s)
GROUP BY region_code
