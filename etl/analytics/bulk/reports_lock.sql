-- One writer for a channel's day: both types write the same rows. Taken before the ledger's rows are locked, by every
-- loader in the same order, so that none waits for another that waits for it.
SELECT pg_advisory_xact_lock(hashtextextended(format('reporting/%%s/%%s', channel_id, %(day)s::date), 0))
FROM (SELECT channel_id FROM unnest(%(channel_ids)s::uuid[]) AS channel_id ORDER BY channel_id) AS channels;
