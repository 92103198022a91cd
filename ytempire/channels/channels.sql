-- A channel with its configuration; the caller adds the condition and the order.
SELECT
    channel.channel_id, channel.youtube_channel_id, channel.channel_name AS name,
    channel.channel_handle AS handle, channel.description, channel.niche,
    channel.status, channel.status_reason,
    channel.subscriber_count, channel.video_count, channel.total_views, channel.created_at,
    settings.credentials_id, settings.language, settings.voice, settings.style_preset, settings.palette,
    settings.aspect_ratio,
    settings.region_codes, settings.category_ids, settings.watch_list,
    settings.videos_per_day, settings.priority, settings.video_budget_usd,
    settings.daily_budget_usd,
    settings.privacy_status, settings.made_for_kids, settings.uploads_per_day, settings.slots
FROM ytempire.channels AS channel
JOIN ytempire.channel_configurations AS settings USING (channel_id)
WHERE (%(channel_id)s::uuid IS NULL OR channel.channel_id = %(channel_id)s)
  AND (%(status)s::text IS NULL OR channel.status = %(status)s)
ORDER BY channel.created_at, channel.youtube_channel_id
