-- createdAfter is exclusive and createTime is exact to the microsecond.
SELECT coalesce(
    min(created_at) FILTER (WHERE state IN ('listed', 'staged', 'failed')) - INTERVAL '1 microsecond',
    max(created_at)
) - make_interval(hours => %(overlap_hours)s) AS bookmark
FROM ytempire.bulk_reports
WHERE channel_id = %(channel_id)s AND job_id = %(job_id)s;
