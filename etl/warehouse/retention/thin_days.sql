-- Live figures of a span that another one of the same video follows within the same step, by UTC day.
SELECT time_bucket('1 day', seen.time) AS day, count(*) AS rows
FROM ytempire.video_metrics AS seen
WHERE seen.source = 'live' AND seen.time >= %(since)s AND seen.time < %(until)s
  AND EXISTS (
      SELECT FROM ytempire.video_metrics AS later
      WHERE later.video_id = seen.video_id AND later.source = 'live' AND later.time > seen.time
        AND later.time < time_bucket(%(step)s::interval, seen.time) + %(step)s::interval
  )
GROUP BY 1
ORDER BY 1;
