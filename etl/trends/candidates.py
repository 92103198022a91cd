"""Snapshots into the candidates of a niche: who is watched now, and how fast it rises."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from etl.trends.ranking import Candidate, Growth
from ytempire.content.topic import Point, TopicVideo
from ytempire.database.connection import Connection, load_sql
from ytempire.settings import TrendSettings

POINTS_PER_VIDEO = 120


@dataclass(frozen=True)
class Niche:
    """What the active channels of a niche look for, together."""

    name: str
    category_ids: list[int]
    watch_list: list[str]
    region_codes: list[str]


def active_niches(connection: Connection) -> list[Niche]:
    """Return the niches of the active channels, by name."""
    return [Niche(**row) for row in connection.execute(load_sql(__package__, "niches"))]


def find_candidates(connection: Connection, settings: TrendSettings, niche: Niche, now: datetime) -> list[Candidate]:
    """Return the videos of a niche seen in the settings' window before ``now``, without their points.

    ``now`` is the time of the newest observation by the service's clock.
    """
    rows = connection.execute(
        load_sql(__package__, "candidates"),
        {
            "now": now,
            "window_hours": settings.window_hours,
            "gap_minutes": settings.velocity_gap_minutes,
            "category_ids": niche.category_ids,
            "watch_list": niche.watch_list,
        },
    ).fetchall()
    return [
        Candidate(
            niche.name,
            row["last_at"],
            _topic_video(row),
            _growth(row),
            _acceleration(row),
            tuple(sorted(row["sources"])),
        )
        for row in rows
    ]


def points_of(
    connection: Connection, settings: TrendSettings, youtube_video_ids: Sequence[str], now: datetime
) -> dict[str, list[Point]]:
    """Return the hourly observations of videos in the window, oldest first, the newest of each video."""
    rows = connection.execute(
        load_sql(__package__, "points"),
        {
            "ids": list(youtube_video_ids),
            "now": now,
            "window_hours": settings.window_hours,
            "limit": POINTS_PER_VIDEO,
        },
    )
    points: dict[str, list[Point]] = defaultdict(list)
    for row in rows:
        points[row["youtube_video_id"]].append(
            Point(at=row["fetched_at"], region_code=row["region_code"], rank=row["rank"], views=row["views"])
        )
    return dict(points)


def _topic_video(row: dict[str, Any]) -> TopicVideo:
    return TopicVideo(
        youtube_video_id=row["youtube_video_id"],
        title=row["title"],
        channel_title=row["channel_title"],
        category_id=row["category_id"],
        published_at=row["published_at"],
        duration_seconds=row["duration_seconds"],
        views=row["views"],
        likes=row["likes"],
        comments=row["comments"],
        velocity_views_per_hour=_velocity(row),
        best_rank=row["best_rank"],
        regions=row["regions"],
    )


def _velocity(row: dict[str, Any]) -> float | None:
    """Views an hour between the last two observations; since publishing where there is only one."""
    if row["before_at"] is not None:
        since, views = row["before_at"], row["views"] - row["before_views"]
    elif row["published_at"] is not None and row["published_at"] < row["last_at"]:
        since, views = row["published_at"], row["views"]
    else:
        return None
    return float(views / _hours(since, row["last_at"]))


def _growth(row: dict[str, Any]) -> Growth | None:
    if row["oldest_at"] is None:
        return None
    return Growth(row["oldest_views"], row["views"], _hours(row["oldest_at"], row["last_at"]))


def _acceleration(row: dict[str, Any]) -> float | None:
    """Views an hour that each hour brought more (or fewer): the second half of the day against the first."""
    if row["middle_at"] is None:
        return None
    first, second = _hours(row["oldest_at"], row["middle_at"]), _hours(row["middle_at"], row["last_at"])
    before = (row["middle_views"] - row["oldest_views"]) / first
    after = (row["views"] - row["middle_views"]) / second
    return float((after - before) / ((first + second) / 2))


def _hours(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 3600
