-- Of the reports of a day the newest createTime counts; what is loaded keeps its state until it is replaced.
UPDATE ytempire.bulk_reports AS older
SET state = 'superseded', batch_id = NULL, error_message = NULL, updated_at = clock_timestamp()
WHERE channel_id = %(channel_id)s AND state IN ('listed', 'failed', 'unneeded')
  AND EXISTS (
      SELECT FROM ytempire.bulk_reports AS newer
      WHERE newer.channel_id = older.channel_id AND newer.report = older.report AND newer.day = older.day
        AND (newer.created_at, newer.report_id) > (older.created_at, older.report_id)
        AND newer.state <> 'lost'
  );
