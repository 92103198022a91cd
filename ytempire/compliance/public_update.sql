UPDATE ytempire.trend_videos SET
    youtube_channel_id = %(youtube_channel_id)s,
    title = %(title)s,
    channel_title = %(channel_title)s,
    category_id = %(category_id)s,
    tags = %(tags)s,
    published_at = %(published_at)s,
    duration_seconds = %(duration_seconds)s,
    language = %(language)s,
    refreshed_at = %(refreshed_at)s
WHERE youtube_video_id = %(youtube_video_id)s AND refreshed_at < %(refreshed_at)s;
