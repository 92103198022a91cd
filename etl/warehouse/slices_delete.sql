-- By the whole key, so that neither other channels nor other chunks are read.
DELETE FROM ytempire.video_metrics
WHERE source = 'analytics'
  AND video_id = ANY(ARRAY(SELECT video_id FROM ytempire.videos WHERE channel_id = %(channel_id)s))
  AND time = ANY(ARRAY(
      SELECT day::timestamp AT TIME ZONE 'America/Los_Angeles' FROM unnest(%(days)s::date[]) AS day
  ));
