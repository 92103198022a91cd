INSERT INTO ytempire.video_variants (video_id, kind, name, title, path, sha256)
VALUES (%(video_id)s, %(kind)s, %(name)s, %(title)s, %(path)s, %(sha256)s)
