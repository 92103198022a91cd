-- Reserve a call when the budgets of its video, its channel's day and the network's day all hold it.
-- One row either way: without an entry_id it was refused, and the figures say by which budget.
-- The caller holds the ledger's lock since an earlier statement of its transaction, so that these sums are the newest.
WITH job AS (
    SELECT j.job_id, j.channel_id,
           coalesce(k.video_budget_usd, %(video_usd)s::numeric) AS video_cap,
           coalesce(k.daily_budget_usd, %(channel_daily_usd)s::numeric) AS channel_cap,
           %(network_daily_usd)s::numeric AS network_cap
    FROM ytempire.generation_jobs j
    LEFT JOIN ytempire.channel_configurations k USING (channel_id)
    WHERE j.job_id = %(job_id)s
), spent AS (
    SELECT
        (SELECT coalesce(sum(counted_usd), 0) FROM ytempire.cost_ledger l WHERE l.job_id = job.job_id) AS video,
        (SELECT coalesce(sum(counted_usd), 0) FROM ytempire.cost_ledger l
         WHERE l.day = %(day)s AND l.channel_id = job.channel_id) AS channel,
        (SELECT coalesce(sum(counted_usd), 0) FROM ytempire.cost_ledger l WHERE l.day = %(day)s) AS network
    FROM job
), tries AS (
    SELECT count(*) AS before FROM ytempire.cost_ledger
    WHERE job_id = %(job_id)s AND call_key ^@ (%(call_key)s || '#')
), entry AS (
    INSERT INTO ytempire.cost_ledger (job_id, channel_id, stage, provider, call_key, state, estimated_usd, day)
    SELECT job.job_id, job.channel_id, %(stage)s, %(provider)s, %(call_key)s || '#' || (tries.before + 1), 'reserved',
           %(estimated_usd)s, %(day)s
    FROM job, spent, tries
    -- What costs nothing passes, even where a call turned out dearer than its estimate.
    WHERE %(estimated_usd)s = 0
       OR (spent.video + %(estimated_usd)s <= job.video_cap
           AND spent.channel + %(estimated_usd)s <= job.channel_cap
           AND spent.network + %(estimated_usd)s <= job.network_cap)
    RETURNING entry_id
)
SELECT entry.entry_id, job.video_cap - spent.video AS video_left, job.channel_cap - spent.channel AS channel_left,
       job.network_cap - spent.network AS network_left
FROM job CROSS JOIN spent LEFT JOIN entry ON true
