INSERT INTO ytempire.topics AS topic (
    niche, story_key, title, rank, score, ranked_by, velocity_views_per_hour, reason, evidence,
    first_seen_at, ranked_at, expires_at
)
VALUES (
    %(niche)s, %(story_key)s, %(title)s, %(rank)s, %(score)s, %(ranked_by)s, %(velocity)s, %(reason)s,
    %(evidence)s, %(now)s, %(now)s, %(now)s + make_interval(hours => %(lifetime_hours)s)
)
ON CONFLICT (niche, story_key) DO UPDATE SET
    title = excluded.title,
    status = 'open',
    rank = excluded.rank,
    score = excluded.score,
    ranked_by = excluded.ranked_by,
    velocity_views_per_hour = excluded.velocity_views_per_hour,
    reason = excluded.reason,
    evidence = excluded.evidence,
    ranked_at = excluded.ranked_at,
    expires_at = excluded.expires_at
-- A job may have taken it since the candidates were read.
WHERE topic.status <> 'taken';
