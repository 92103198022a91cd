UPDATE ytempire.bulk_reports
SET state = 'lost', batch_id = NULL, updated_at = clock_timestamp(),
    error_message = coalesce(error_message, 'It was not downloaded while YouTube kept it.')
WHERE channel_id = %(channel_id)s AND state IN ('listed', 'failed')
  AND created_at < %(now)s - make_interval(days => %(lost_after_days)s);
