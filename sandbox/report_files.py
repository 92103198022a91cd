"""The CSV files of YouTube Reporting: which report types there are, their columns, and their rows.

https://developers.google.com/youtube/reporting/v1/reports/channel_reports
"""

from __future__ import annotations

import csv
import io
from datetime import date

from sandbox import channels, restatement, viewers
from sandbox.audience import Statistics
from sandbox.core import World

REPORT_TYPES = {"channel_basic_a3": "User activity", "channel_reach_basic_a1": "Reach basic"}

_KEYS = ("date", "channel_id", "video_id")
_BASIC_KEYS = (*_KEYS, "live_or_on_demand", "subscribed_status", "country_code")
_ACTIVITY = ("engaged_views", "views", "comments", "likes", "dislikes")
_ACTIVITY_MORE = ("videos_added_to_playlists", "videos_removed_from_playlists", "shares")
_WATCHED = ("watch_time_minutes", "average_view_duration_seconds", "average_view_duration_percentage")
_INTERACTION = (
    "annotation_click_through_rate", "annotation_close_rate", "annotation_impressions",
    "annotation_clickable_impressions", "annotation_closable_impressions", "annotation_clicks",
    "annotation_closes", "card_click_rate", "card_teaser_click_rate", "card_impressions",
    "card_teaser_impressions", "card_clicks", "card_teaser_clicks",
)  # fmt: skip
_BASIC = (
    *_BASIC_KEYS, *_ACTIVITY, *_ACTIVITY_MORE, *_WATCHED, *_INTERACTION,
    "subscribers_gained", "subscribers_lost", "red_views", "red_watch_time_minutes",
)  # fmt: skip
_REACH = (*_KEYS, "video_thumbnail_impressions", "video_thumbnail_impressions_ctr")
COLUMNS = {"channel_basic_a3": _BASIC, "channel_reach_basic_a1": _REACH}

# Shares of a video's audience: subscribed or not, at home or abroad.
_SPLIT = (("subscribed", True, 0.15), ("subscribed", False, 0.05), ("not_subscribed", True, 0.6))


def _parts(value: int) -> list[int]:
    """A count split over the audience; the parts add up to it."""
    parts = [round(value * share) for _, _, share in _SPLIT]
    return [*parts, value - sum(parts)] if sum(parts) <= value else [0, 0, 0, value]


def csv_file(world: World, channel_id: str, report_type: str, day: date, revision: int) -> bytes:
    """The file of a day as it was generated with a revision of the figures."""
    state = restatement.revisions(world.seed, channel_id, day)[revision]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS[report_type])
    home = _home(world, channel_id)
    for video in viewers.published_videos(world, channel_id):
        figures = restatement.as_reported(viewers.daily(world, video, day), video.youtube_video_id, day, state)
        keys = [day.strftime("%Y%m%d"), channel_id, video.youtube_video_id]
        if report_type == "channel_reach_basic_a1":
            if figures.impressions:
                writer.writerow([*keys, figures.impressions, f"{figures.ctr or 0:.6f}"])
        else:
            writer.writerows(_basic_rows(keys, figures, home))
    return text.getvalue().encode()


def _home(world: World, channel_id: str) -> str:
    channel = channels.find_channel(world, channel_id)
    return "US" if channel is None else str(channel["country"])


def _basic_rows(keys: list[str], figures: Statistics, home: str) -> list[list[object]]:
    abroad = "GB" if home == "US" else "US"
    groups = [*_SPLIT, ("not_subscribed", False, 0.2)]
    names = ("views", "engaged_views", "comments", "likes", "shares", "watch_minutes")
    parts = {name: _parts(getattr(figures, name)) for name in names}
    parts |= {name: _parts(getattr(figures, name)) for name in ("subscribers_gained", "subscribers_lost")}
    rows: list[list[object]] = []
    for place, (status, at_home, _) in enumerate(groups):
        part = {name: values[place] for name, values in parts.items()}
        if not any(part.values()):
            continue
        values: dict[str, object] = dict.fromkeys(_BASIC, 0)
        values |= dict(zip(_KEYS, keys, strict=True))
        values |= {
            "live_or_on_demand": "on_demand",
            "subscribed_status": status,
            "country_code": home if at_home else abroad,
            "watch_time_minutes": part.pop("watch_minutes"),
            "average_view_duration_seconds": round(figures.average_view_seconds or 0, 2),
            "average_view_duration_percentage": round(figures.average_view_percentage or 0, 2),
        }
        values |= part
        rows.append([values[name] for name in _BASIC])
    return rows
