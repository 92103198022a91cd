"""The feature contract: what the trend model may see, by name, type, source, unit and window.

One row of the feature set is one video in one country's chart on one UTC day.
Everything is known on that day: a feature looks back at most ``LOOKBACK_DAYS``
and never forward. Training reads the rows that Spark wrote, prediction computes
them in process; both go through this list.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Literal

# A video's time in a chart and its count of days are followed back this far.
LOOKBACK_DAYS = 14
# Charts further apart than this are not compared: the video might have left and come back.
MAX_GAP_DAYS = 3
# What must be read before a day so that its features are whole.
CONTEXT_DAYS = LOOKBACK_DAYS + 2 * MAX_GAP_DAYS

KEYS = ("region_code", "day", "youtube_video_id")
LABEL = "stays"

INPUT_COLUMNS = (
    "region_code",
    "day",
    "fetched_at",
    "youtube_video_id",
    "rank",
    "views",
    "likes",
    "comments",
    "title",
    "youtube_channel_id",
    "category_id",
    "published_at",
    "duration_seconds",
)
SPREAD_COLUMNS = (
    "spread_share",
    "spread_share_yesterday",
    "spread_days",
    "spread_best_rank",
    "spread_best_rank_yesterday",
    "spread_log_views_growth",
)


@dataclass(frozen=True)
class Feature:
    """One column of the feature set. ``window`` says which days it looks at; missing values are NaN."""

    name: str
    kind: Literal["number", "category"]
    source: Literal["snapshots", "videos", "snapshots+videos"]
    unit: str
    window: str
    description: str


def _number(name: str, source: str, unit: str, window: str, description: str) -> Feature:
    return Feature(name, "number", source, unit, window, description)  # type: ignore[arg-type]


_ROW = [
    _number("rank", "snapshots", "place", "today", "Place in the chart, 1 is first."),
    _number("rank_share", "snapshots", "share", "today", "Place divided by the length of the chart."),
    _number("log_views", "snapshots", "ln(1+n)", "today", "Views."),
    _number("log_likes", "snapshots", "ln(1+n)", "today", "Likes; missing where hidden."),
    _number("log_comments", "snapshots", "ln(1+n)", "today", "Comments; missing where hidden."),
    _number("like_ratio", "snapshots", "ln", "today", "Likes per view."),
    _number("comment_ratio", "snapshots", "ln", "today", "Comments per view."),
    _number("age_hours", "snapshots+videos", "ln(1+h)", "today", "Time since publication."),
    _number("views_per_hour", "snapshots+videos", "ln(1+n/h)", "today", "Views by age."),
]
_HISTORY = [
    _number("days_on_chart", "snapshots", "days", "lookback", "Unbroken stay up to today, 0 = came today."),
    _number("days_seen", "snapshots", "days", "lookback", "Earlier days in this chart, unbroken or not."),
    _number("rank_change", "snapshots", "places", "last chart", "Places won since the last chart."),
    _number("rank_change_2", "snapshots", "places", "last 2 charts", "Places won, one chart earlier."),
    _number("rank_change_3", "snapshots", "places", "last 3 charts", "Places won, two charts earlier."),
    _number("views_growth", "snapshots", "ln/day", "last chart", "Daily log growth of views."),
    _number("views_growth_before", "snapshots", "ln/day", "last 2 charts", "The same, one chart earlier."),
    _number("growth_change", "snapshots", "ln/day", "last 2 charts", "Change of the growth of views."),
    _number("likes_growth", "snapshots", "ln/day", "last chart", "Daily log growth of likes."),
]
_CHART = [
    _number("chart_size", "snapshots", "rows", "today", "Rows in the chart."),
    _number("growth_vs_chart", "snapshots", "ln/day", "last chart", "Growth beyond the chart's median."),
    _number("views_vs_chart", "snapshots", "ln", "today", "Views relative to the chart's median."),
    _number("speed_place", "snapshots+videos", "share", "today", "Share of the chart with fewer views/hour."),
    _number("age_place", "snapshots+videos", "share", "today", "Share of the chart that is younger."),
    _number("stay_place", "snapshots", "share", "lookback", "Share of the chart that came later than this."),
    _number("usual_stay", "snapshots", "share", "lookback", "Share of a chart still there a chart later, median."),
    _number("near_stay", "snapshots", "share", "lookback", "The same, of the ten ranks around this one."),
    _number("category_share", "snapshots+videos", "share", "today", "Share of the chart in its category."),
    _number("channel_rows", "snapshots+videos", "rows", "lookback", "Earlier rows of its channel in this chart."),
]
_SPREAD = [
    _number("spread_share", "snapshots", "share", "today", "Countries whose chart lists it, of those read."),
    _number("spread_share_yesterday", "snapshots", "share", "yesterday", "The same, a day earlier."),
    _number("spread_days", "snapshots", "days", "lookback", "Earlier days in any country's chart."),
    _number("spread_best_rank", "snapshots", "place", "today", "Its best place in any country."),
    _number("spread_best_rank_yesterday", "snapshots", "place", "yesterday", "The same, a day earlier."),
    _number("spread_log_views_growth", "snapshots", "ln", "yesterday", "Growth since any chart of yesterday."),
]
_VIDEO = [
    _number("log_duration", "videos", "ln(1+s)", "-", "Length of the video."),
    _number("title_length", "videos", "characters", "-", "Length of the title."),
    _number("title_caps", "videos", "share", "-", "Capitals among the letters of the title."),
    _number("title_digits", "videos", "share", "-", "Digits in the title."),
    _number("title_emoji", "videos", "count", "-", "Emoji and other symbols in the title."),
    _number("title_non_latin", "videos", "share", "-", "Letters of the title that are not Latin."),
    _number("title_marks", "videos", "count", "-", "Exclamation, question and hash marks."),
]
_CATEGORIES = [
    Feature("region_code", "category", "snapshots", "ISO 3166", "-", "Country of the chart."),
    Feature("category_id", "category", "videos", "YouTube id", "-", "Category of the video."),
]

FEATURES: tuple[Feature, ...] = (*_ROW, *_HISTORY, *_CHART, *_SPREAD, *_VIDEO, *_CATEGORIES)
NUMBERS: tuple[str, ...] = tuple(f.name for f in FEATURES if f.kind == "number")
CATEGORIES: tuple[str, ...] = tuple(f.name for f in FEATURES if f.kind == "category")


def contract_version() -> str:
    """Return a short hash of the contract: a model may only be given rows of the contract it learned."""
    declared = {
        "features": [asdict(feature) for feature in FEATURES],
        "lookback_days": LOOKBACK_DAYS,
        "max_gap_days": MAX_GAP_DAYS,
    }
    return hashlib.sha256(json.dumps(declared, sort_keys=True).encode()).hexdigest()[:12]
