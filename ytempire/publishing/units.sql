-- Units of the default bucket that each channel has taken on a day.
SELECT channel_id, sum(units)::int AS units
FROM ytempire.quota_ledger
WHERE day = %(day)s AND bucket = 'default' AND channel_id IS NOT NULL AND state <> 'released'
GROUP BY channel_id
