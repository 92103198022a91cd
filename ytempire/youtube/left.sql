-- What the two buckets that publishing draws on have left on a day; a bucket nobody has drawn on yet has no row.
SELECT bucket, quota_limit - used AS left, exhausted_at IS NULL AS open
FROM ytempire.quota_buckets
WHERE day = %(day)s AND bucket IN ('videos.insert', 'default')
