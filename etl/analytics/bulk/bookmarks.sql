-- createdAfter is exclusive and createTime is exact to the microsecond.
SELECT
    job_id,
    coalesce(
        min(created_at) FILTER (WHERE state IN ('listed', 'staged', 'failed')) - INTERVAL '1 microsecond',
        max(created_at)
    ) - make_interval(hours => %(overlap_hours)s) AS bookmark
FROM ytempire.bulk_reports
WHERE channel_id = %(channel_id)s AND job_id = ANY(%(job_ids)s::text[])
GROUP BY job_id;
