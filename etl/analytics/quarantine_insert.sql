INSERT INTO ytempire.quarantined_rows (source, batch_id, channel_id, row_number, payload, reason, fetched_at)
VALUES (%(report)s, %(batch_id)s, %(channel_id)s, %(row_number)s, %(payload)s, %(reason)s, %(fetched_at)s);
