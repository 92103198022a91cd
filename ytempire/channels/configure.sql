INSERT INTO ytempire.channel_configurations (
    channel_id, credentials_id, language, voice, style_preset, palette, aspect_ratio, region_codes, category_ids,
    watch_list, videos_per_day, priority, video_budget_usd, daily_budget_usd, privacy_status, made_for_kids,
    uploads_per_day, slots)
VALUES (
    %(channel_id)s, %(credentials_id)s, %(language)s, %(voice)s, %(style_preset)s, %(palette)s, %(aspect_ratio)s,
    %(region_codes)s, %(category_ids)s, %(watch_list)s, %(videos_per_day)s, %(priority)s,
    %(video_budget_usd)s, %(daily_budget_usd)s, %(privacy_status)s, %(made_for_kids)s,
    %(uploads_per_day)s, %(slots)s)
