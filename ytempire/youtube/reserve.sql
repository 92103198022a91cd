-- One statement takes the units and writes the entry: the row lock of the bucket keeps workers in line.
WITH taken AS (
    UPDATE ytempire.quota_buckets
    SET used = used + %(units)s
    WHERE bucket = %(bucket)s AND day = %(day)s
      AND exhausted_at IS NULL
      AND used + %(units)s <= quota_limit
    RETURNING bucket, day
)
INSERT INTO ytempire.quota_ledger (bucket, day, method, units, state, channel_id)
SELECT bucket, day, %(method)s, %(units)s, 'reserved', %(channel_id)s::uuid FROM taken
RETURNING entry_id
