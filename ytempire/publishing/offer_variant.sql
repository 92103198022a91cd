INSERT INTO ytempire.video_variants (video_id, kind, name, title, path, blake3)
VALUES (%(video_id)s, %(kind)s, %(name)s, %(title)s, %(path)s, %(blake3)s)
