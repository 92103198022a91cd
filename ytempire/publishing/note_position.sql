-- A hint for who looks on: the session itself says where it stands, so this commit need not wait for the disk.
UPDATE ytempire.uploads SET sent_bytes = %(sent_bytes)s
FROM (SELECT set_config('synchronous_commit', 'off', true) AS value) AS waiting
WHERE upload_id = %(upload_id)s AND waiting.value = 'off'
