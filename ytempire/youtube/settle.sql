-- What a lost server forgets of it stays reserved, and counts all the same: this commit need not wait for the disk.
UPDATE ytempire.quota_ledger SET state = 'settled', settled_at = clock_timestamp()
FROM (SELECT set_config('synchronous_commit', 'off', true) AS value) AS waiting
WHERE entry_id = %(entry_id)s AND state = 'reserved' AND waiting.value = 'off'
