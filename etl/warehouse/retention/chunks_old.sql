-- The chunks of a hypertable that are older than a moment as a whole, and what they weigh.
SELECT
    chunk_schema || '.' || chunk_name AS chunk,
    range_start,
    range_end,
    pg_total_relation_size(format('%%I.%%I', chunk_schema, chunk_name)::regclass) AS bytes
FROM timescaledb_information.chunks
WHERE hypertable_schema = 'ytempire' AND hypertable_name = %(table)s AND range_end <= %(older_than)s
ORDER BY range_start;
