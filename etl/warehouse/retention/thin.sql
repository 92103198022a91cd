-- Of each video the last live figure of every step stays.
DELETE FROM ytempire.video_metrics AS seen
WHERE seen.source = 'live' AND seen.time >= %(since)s AND seen.time < %(until)s
  AND EXISTS (
      SELECT FROM ytempire.video_metrics AS later
      WHERE later.video_id = seen.video_id AND later.source = 'live' AND later.time > seen.time
        AND later.time < time_bucket(%(step)s::interval, seen.time) + %(step)s::interval
  );
