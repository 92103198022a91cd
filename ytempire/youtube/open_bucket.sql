-- Today's bucket, with the limit of today's settings; never below what is spent already.
INSERT INTO ytempire.quota_buckets AS bucket (bucket, day, quota_limit)
VALUES (%(bucket)s, %(day)s, %(limit)s)
ON CONFLICT (bucket, day) DO UPDATE
    SET quota_limit = GREATEST(bucket.used, EXCLUDED.quota_limit)
    WHERE bucket.quota_limit <> GREATEST(bucket.used, EXCLUDED.quota_limit)
