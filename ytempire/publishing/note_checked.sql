-- What a lost server forgets of it is looked at again: this commit need not wait for the disk.
UPDATE ytempire.uploads SET checked_at = clock_timestamp()
FROM (SELECT set_config('synchronous_commit', 'off', true) AS value) AS waiting
WHERE upload_id = %(upload_id)s AND waiting.value = 'off'
