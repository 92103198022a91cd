-- Note that the newest look asks for a retraining, where it may: not while a new version is tried, and not
-- within the quiet days after the last time. A look that asked already may repeat it: its event can have been lost.
WITH newest AS (
    SELECT * FROM ytempire.model_drift WHERE model_name = %(model_name)s ORDER BY day DESC, measured_at DESC LIMIT 1
)
UPDATE ytempire.model_drift AS drift
SET announced_at = coalesce(drift.announced_at, clock_timestamp())
FROM newest
WHERE drift.model_name = newest.model_name AND drift.version = newest.version AND drift.day = newest.day
    AND newest.exceeded
    AND NOT EXISTS (
        SELECT FROM ytempire.model_rollouts
        WHERE model_name = %(model_name)s AND state IN ('running', 'promoting')
    )
    AND NOT EXISTS (
        SELECT FROM ytempire.model_drift AS earlier
        WHERE earlier.model_name = newest.model_name AND earlier.announced_at IS NOT NULL
            AND earlier.day < newest.day AND earlier.day > newest.day - %(quiet_days)s::integer
    )
RETURNING drift.reason
