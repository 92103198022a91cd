SELECT
    kept.row_id, kept.source, kept.batch_id, kept.channel_id, channels.channel_name AS channel, kept.row_number,
    kept.payload, kept.reason, kept.fetched_at, kept.quarantined_at, kept.outcome, kept.settled_at
FROM ytempire.quarantined_rows AS kept
LEFT JOIN ytempire.channels USING (channel_id)
WHERE (%(source)s::text IS NULL OR kept.source = %(source)s)
  AND (%(row_ids)s::bigint[] IS NULL OR kept.row_id = ANY(%(row_ids)s))
  AND (%(settled)s OR kept.outcome IS NULL)
ORDER BY kept.row_id DESC
LIMIT %(limit)s;
