DELETE FROM ytempire.video_metrics
WHERE source = 'analytics'
  -- The start of the Pacific day; naming it lets the planner open one chunk only.
  AND time = %(day)s::date::timestamp AT TIME ZONE 'America/Los_Angeles'
  AND video_id IN (SELECT video_id FROM ytempire.videos WHERE channel_id = %(channel_id)s);
