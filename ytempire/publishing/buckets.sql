SELECT bucket.bucket, bucket.quota_limit AS limit, bucket.used, bucket.exhausted_at IS NOT NULL AS exhausted,
       (SELECT coalesce(sum(units), 0)::int FROM ytempire.quota_ledger AS entry
        WHERE entry.day = bucket.day AND entry.bucket = bucket.bucket AND entry.state = 'reserved') AS reserved
FROM ytempire.quota_buckets AS bucket
WHERE bucket.day = %(day)s
