-- What a run has touched: the slices it staged, the bulk slices it loaded, the days that it compared.
SELECT channel_id, day FROM ytempire.staging_slices WHERE batch_id = %(run_id)s
UNION
SELECT channel_id, day FROM ytempire.analytics_slices
WHERE run_id = %(run_id)s AND report <> 'video_daily' AND status IN ('loaded', 'empty')
UNION
SELECT channel_id, day FROM ytempire.analytics_reconciliations WHERE run_id = %(run_id)s;
