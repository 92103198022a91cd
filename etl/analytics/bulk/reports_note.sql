INSERT INTO ytempire.bulk_reports (channel_id, report_id, report, job_id, day, created_at, resource_name)
SELECT %(channel_id)s, report_id, %(report)s, job_id, day, created_at, resource_name
FROM unnest(
    %(report_ids)s::text[], %(job_ids)s::text[], %(days)s::date[], %(created)s::timestamptz[], %(names)s::text[]
) AS found (report_id, job_id, day, created_at, resource_name)
ON CONFLICT (channel_id, report_id) DO NOTHING;
