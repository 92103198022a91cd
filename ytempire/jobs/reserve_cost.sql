-- Reserve a call when the video's budget still holds it. The caller has locked the job's row.
WITH spent AS (
    SELECT coalesce(sum(coalesce(actual_usd, estimated_usd)), 0) AS usd
    FROM ytempire.cost_ledger WHERE job_id = %(job_id)s AND state <> 'released'
), before AS (
    SELECT count(*) AS calls FROM ytempire.cost_ledger
    WHERE job_id = %(job_id)s AND call_key ^@ (%(call_key)s || '#')
)
INSERT INTO ytempire.cost_ledger (job_id, channel_id, stage, provider, call_key, state, estimated_usd)
SELECT j.job_id, j.channel_id, %(stage)s, %(provider)s, %(call_key)s || '#' || (before.calls + 1), 'reserved',
       %(estimated_usd)s
FROM ytempire.generation_jobs j, spent, before
WHERE j.job_id = %(job_id)s AND spent.usd + %(estimated_usd)s <= %(budget_usd)s
RETURNING entry_id
