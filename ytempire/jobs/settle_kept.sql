-- A worker died between keeping an answer and settling its call: settled now, by the figures kept with the answer.
UPDATE ytempire.cost_ledger
SET state = 'settled', actual_usd = %(actual_usd)s, usage = %(usage)s, settled_at = clock_timestamp()
WHERE entry_id = (
    SELECT max(entry_id) FROM ytempire.cost_ledger WHERE job_id = %(job_id)s AND call_key ^@ (%(call_key)s || '#')
) AND state IN ('reserved', 'lost')
