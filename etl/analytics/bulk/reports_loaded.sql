-- What is loaded needs no staging any more.
WITH done AS MATERIALIZED (
    SELECT * FROM unnest(%(channel_ids)s::uuid[], %(report_ids)s::text[], %(states)s::text[])
        AS done (channel_id, report_id, state)
),
staged AS (
    DELETE FROM ytempire.staging_bulk_rows AS row USING done
    WHERE row.channel_id = done.channel_id AND row.report_id = done.report_id
)
UPDATE ytempire.bulk_reports AS report
SET state = done.state, updated_at = clock_timestamp()
FROM done
WHERE report.channel_id = done.channel_id AND report.report_id = done.report_id;
