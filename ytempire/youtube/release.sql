WITH released AS (
    UPDATE ytempire.quota_ledger
    SET state = 'released', settled_at = clock_timestamp()
    WHERE entry_id = %(entry_id)s AND state = 'reserved'
    RETURNING bucket, day, units
)
UPDATE ytempire.quota_buckets AS bucket
SET used = bucket.used - released.units
FROM released
WHERE bucket.bucket = released.bucket AND bucket.day = released.day
