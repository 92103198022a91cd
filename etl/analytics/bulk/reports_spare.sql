-- Without a video of ours by the end of the day, no line of it would be ours.
UPDATE ytempire.bulk_reports AS report
SET state = 'unneeded', own_count = 0, updated_at = clock_timestamp()
WHERE channel_id = %(channel_id)s AND state = 'listed'
  AND NOT EXISTS (
      SELECT FROM ytempire.videos AS video
      WHERE video.channel_id = report.channel_id AND video.youtube_video_id IS NOT NULL
        AND video.status IN ('published', 'deleted')
        AND video.published_at < (report.day + 1)::timestamp AT TIME ZONE 'America/Los_Angeles'
  );
