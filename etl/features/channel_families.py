"""The declared features of our own channels, in the order in which ``channels.py`` computes them."""

from __future__ import annotations

from etl.features.feature import Feature, number

CHANNEL: list[Feature] = [
    number("days_known_7", "metrics", "days", "7 days", "Days whose figures were there."),
    number("days_known_28", "metrics", "days", "28 days", "The same over four weeks."),
    number("log_views_7", "metrics", "ln(1+n)", "7 days", "Views."),
    number("log_views_28", "metrics", "ln(1+n)", "28 days", "Views."),
    number("views_growth", "metrics", "ln/day", "14 days", "Growth of a week's views; not over two definitions."),
    number("log_watch_minutes_7", "metrics", "ln(1+min)", "7 days", "Time watched."),
    number("log_watch_minutes_28", "metrics", "ln(1+min)", "28 days", "Time watched."),
    number("watch_growth", "metrics", "ln/day", "14 days", "Growth of a week's time watched."),
    number("minutes_per_view", "metrics", "minutes", "28 days", "Time watched a view."),
    number("likes_per_view", "metrics", "share", "28 days", "Likes a view."),
    number("comments_per_view", "metrics", "share", "28 days", "Comments a view."),
    number("shares_per_view", "metrics", "share", "28 days", "Shares a view."),
    number("engaged_share", "metrics", "share", "28 days", "Engaged views of all views."),
    number("click_rate", "metrics", "share", "28 days", "Clicks an impression, where reach reports came."),
    number("log_impressions_28", "metrics", "ln(1+n)", "28 days", "Impressions of thumbnails."),
    number("revenue_cents_per_view", "metrics", "cents", "28 days", "Revenue a view; missing where not allowed."),
    number("videos_viewed_28", "metrics", "count", "28 days", "Videos with figures."),
    number("views_per_video", "metrics", "views", "28 days", "Views a video with figures."),
    number("best_share", "metrics", "share", "28 days", "Share of its most viewed video."),
    number("published_7", "videos", "count", "7 days", "Videos published."),
    number("published_28", "videos", "count", "28 days", "Videos published."),
    number("days_since_published", "videos", "days", "-", "Since its last video."),
    number("live_videos", "live", "count", "48 hours", "Young videos that were seen live."),
    number("log_live_views", "live", "ln(1+n)", "48 hours", "Their views."),
    number("live_views_per_hour", "live", "views/h", "48 hours", "Their views by their ages."),
    number("live_likes_per_view", "live", "share", "48 hours", "Their likes a view."),
]
