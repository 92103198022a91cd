-- A feed that changes a story's title tells it anew: its embedding is made again.
INSERT INTO ytempire.trend_stories AS known (feed, entry_id, title, link, published_at, seen_at)
VALUES (%(feed)s, %(entry_id)s, %(title)s, %(link)s, %(published_at)s, %(seen_at)s)
ON CONFLICT (feed, entry_id) DO UPDATE SET
    title = excluded.title,
    link = excluded.link,
    seen_at = excluded.seen_at,
    encoder = CASE WHEN known.title = excluded.title THEN known.encoder END,
    embedding = CASE WHEN known.title = excluded.title THEN known.embedding END;
