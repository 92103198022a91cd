-- A topic in the ranking of a rollout's challenger. One that the champion's ranking has keeps all that was said of it.
INSERT INTO ytempire.topics AS topic (
    niche, story_key, title, score, ranked_by, rollout_id, rollout_rank, rollout_score, rollout_by,
    velocity_views_per_hour, acceleration_views_per_hour2, began_at, chart_saturation, network_saturation,
    youtube_video_ids, sources, reason, evidence, first_seen_at, ranked_at, expires_at
)
VALUES (
    %(niche)s, %(story_key)s, %(title)s, %(score)s, %(ranked_by)s, %(rollout_id)s, %(rank)s, %(score)s, %(ranked_by)s,
    %(velocity)s, %(acceleration)s, %(began_at)s, %(chart_saturation)s, %(network_saturation)s,
    %(videos)s, %(sources)s, %(reason)s, %(evidence)s, %(now)s, %(now)s,
    %(now)s + make_interval(hours => %(lifetime_hours)s)
)
ON CONFLICT (niche, story_key) DO UPDATE SET
    status = 'open',
    rollout_id = excluded.rollout_id,
    rollout_rank = excluded.rollout_rank,
    rollout_score = excluded.rollout_score,
    rollout_by = excluded.rollout_by,
    ranked_at = excluded.ranked_at,
    expires_at = excluded.expires_at
-- A job may have taken it since the candidates were read.
WHERE topic.status <> 'taken';
