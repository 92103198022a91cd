-- The channels of the watch lists, those that waited longest first; a new one before all others.
SELECT youtube_channel_id, uploads_playlist_id
FROM ytempire.trend_watched_channels
WHERE youtube_channel_id = ANY(%(ids)s)
  -- One that does not exist is asked for once a day.
  AND (uploads_playlist_id IS NOT NULL OR looked_at IS NULL OR looked_at < %(now)s - INTERVAL '1 day')
ORDER BY looked_at NULLS FIRST, youtube_channel_id;
