-- The buckets that count for a niche that their channel has left.
SELECT DISTINCT bucket.{bucket} AS bucket
FROM {channels} AS bucket
JOIN ytempire.channels USING (channel_id)
WHERE bucket.niche <> channels.niche
ORDER BY 1;
