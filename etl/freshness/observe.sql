-- An observation is a fact at its moment; the same one told twice stands once.
INSERT INTO ytempire.video_metrics (
    time, video_id, source, day, views, likes, comments, shares, metric_definition
)
SELECT %(time)s, seen.video_id, 'live', %(day)s, seen.views, seen.likes, seen.comments, NULL, %(definition)s
FROM unnest(%(video_ids)s::uuid[], %(views)s::bigint[], %(likes)s::integer[], %(comments)s::integer[])
    AS seen (video_id, views, likes, comments)
ON CONFLICT DO NOTHING
