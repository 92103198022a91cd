INSERT INTO ytempire.topics AS topic (
    niche, story_key, title, rank, score, ranked_by, velocity_views_per_hour, acceleration_views_per_hour2, began_at,
    chart_saturation, network_saturation, youtube_video_ids, sources, reason, evidence, first_seen_at, ranked_at,
    expires_at
)
VALUES (
    %(niche)s, %(story_key)s, %(title)s, %(rank)s, %(score)s, %(ranked_by)s, %(velocity)s, %(acceleration)s,
    %(began_at)s, %(chart_saturation)s, %(network_saturation)s, %(videos)s, %(sources)s, %(reason)s, %(evidence)s,
    %(now)s, %(now)s, %(now)s + make_interval(hours => %(lifetime_hours)s)
)
ON CONFLICT (niche, story_key) DO UPDATE SET
    title = excluded.title,
    status = 'open',
    rank = excluded.rank,
    score = excluded.score,
    ranked_by = excluded.ranked_by,
    velocity_views_per_hour = excluded.velocity_views_per_hour,
    acceleration_views_per_hour2 = excluded.acceleration_views_per_hour2,
    began_at = least(topic.began_at, excluded.began_at),
    chart_saturation = excluded.chart_saturation,
    network_saturation = excluded.network_saturation,
    youtube_video_ids = excluded.youtube_video_ids,
    sources = excluded.sources,
    reason = excluded.reason,
    evidence = excluded.evidence,
    ranked_at = excluded.ranked_at,
    expires_at = excluded.expires_at
-- A job may have taken it since the candidates were read.
WHERE topic.status <> 'taken';
