SELECT
    channel.channel_name, slice.channel_id, slice.report, slice.day, slice.status,
    to_char(slice.loaded_at, 'YYYY-MM-DD HH24:MI') AS since, slice.error_message
FROM ytempire.analytics_slices AS slice
JOIN ytempire.channels AS channel USING (channel_id)
WHERE slice.status IN ('failed', 'late', 'lost')
  AND (%(channel_id)s::uuid IS NULL OR slice.channel_id = %(channel_id)s)
ORDER BY slice.day DESC, channel.channel_name, slice.report
LIMIT %(limit)s;
