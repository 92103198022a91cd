-- Videos to be observed: those never observed first, then those whose last observation is oldest.
SELECT youtube_video_id, array_agg(source ORDER BY source) AS sources
FROM ytempire.trend_follows
WHERE published_at > %(now)s - make_interval(days => %(days)s)
  AND (source = 'feed' OR told_by = ANY(%(channels)s))
GROUP BY youtube_video_id
ORDER BY bool_or(observed_at IS NULL) DESC, min(observed_at), max(published_at) DESC, youtube_video_id
LIMIT %(most)s;
