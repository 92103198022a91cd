-- Without a video of ours by the end of the day, no line of it would be ours.
UPDATE ytempire.bulk_reports
SET state = 'unneeded', own_count = 0, updated_at = clock_timestamp()
WHERE channel_id = %(channel_id)s AND state = 'listed'
  AND day < coalesce((
      SELECT (min(published_at) AT TIME ZONE 'America/Los_Angeles')::date
      FROM ytempire.videos
      WHERE channel_id = %(channel_id)s AND youtube_video_id IS NOT NULL AND status IN ('published', 'deleted')
  ), 'infinity');
