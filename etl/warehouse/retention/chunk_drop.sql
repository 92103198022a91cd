-- Exactly the chunks of a span.
SELECT drop_chunks(
    format('ytempire.%%I', %(table)s::text)::regclass,
    older_than => %(range_end)s::timestamptz,
    newer_than => %(range_start)s::timestamptz
) AS chunk;
