SELECT variant.kind, variant.name, variant.title, variant.path, showing.showing_id, showing.state, showing.asked_by,
       showing.asked_at, showing.started_at, showing.shown_from, showing.shown_until, showing.not_before,
       showing.error_message
FROM ytempire.video_variants AS variant
LEFT JOIN ytempire.video_variant_showings AS showing USING (video_id, kind, name)
WHERE variant.video_id = %(video_id)s
ORDER BY variant.kind DESC, variant.name, showing.showing_id
