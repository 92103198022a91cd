SELECT report_id, report, job_id, day, created_at, resource_name
FROM ytempire.bulk_reports
WHERE channel_id = %(channel_id)s AND (
    state IN ('listed', 'failed')
    OR (state = 'staged' AND (
        batch_id = %(batch_id)s OR updated_at < clock_timestamp() - make_interval(hours => %(patience_hours)s)
    ))
)
ORDER BY day, report, created_at;
