-- Videos that we came to know later: a report that left them out is read again, as long as YouTube keeps it.
UPDATE ytempire.bulk_reports AS report
SET state = 'listed', updated_at = clock_timestamp()
WHERE channel_id = %(channel_id)s
  AND (state = 'unneeded' OR (state IN ('loaded', 'empty') AND foreign_count > 0))
  AND created_at >= %(now)s - make_interval(days => %(lost_after_days)s)
  AND own_count < (
      SELECT count(*) FROM ytempire.videos AS video
      WHERE video.channel_id = report.channel_id AND video.youtube_video_id IS NOT NULL
        AND video.status IN ('published', 'deleted')
        AND video.published_at < (report.day + 1)::timestamp AT TIME ZONE 'America/Los_Angeles'
  );
