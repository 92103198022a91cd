-- What was loaded of the same days before.
UPDATE ytempire.bulk_reports AS older
SET state = 'superseded', updated_at = clock_timestamp()
FROM unnest(%(channel_ids)s::uuid[], %(report_ids)s::text[]) AS newer (channel_id, report_id)
WHERE older.channel_id = newer.channel_id AND older.report = %(report)s AND older.day = %(day)s
  AND older.report_id <> newer.report_id AND older.state IN ('loaded', 'empty');
