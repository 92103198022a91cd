"""YouTube Analytics API v2: reports.query for the owner of a channel, late and restated like the real one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from typing import Any

from fastapi import APIRouter

from sandbox import restatement, viewers
from sandbox.audience import PACIFIC, Statistics
from sandbox.core import World
from sandbox.discovery import Description
from sandbox.google_api import Call, google_method
from sandbox.google_errors import GoogleError
from sandbox.report_queries import Query, parse

router = APIRouter()

_MONETARY_SCOPE = "https://www.googleapis.com/auth/yt-analytics-monetary.readonly"
_PARTNER_SUBSCRIBERS = 1000
_NOTHING = Statistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, None, None, None)


@cache
def youtube_analytics() -> Description:
    """The description of the YouTube Analytics API v2."""
    return Description("youtubeAnalytics.v2")


@google_method(router, youtube_analytics(), "youtubeAnalytics.reports.query", public=False)
async def query_reports(call: Call) -> dict[str, Any]:
    """One page of a report on the caller's own channel."""
    query = parse(call.parameters)
    owner = call.owner()
    if query.channel not in ("MINE", owner):
        raise GoogleError(403, "forbidden", "Forbidden", domain="global")
    if query.monetary:
        _check_monetary(call, owner)
    rows = _rows(call.world, owner, query)
    columns = [header["name"] for header in query.headers()]
    for name, descending in reversed(query.sort):
        place = columns.index(name)
        rows.sort(key=lambda row: row[place], reverse=descending)
    start = query.start_index - 1
    end = None if query.maximum is None else start + query.maximum
    return {
        "kind": "youtubeAnalytics#resultTable",
        "columnHeaders": query.headers(),
        "rows": rows[start:end],
    }


def _check_monetary(call: Call, owner: str) -> None:
    """Refuse money to a bearer without the scope, and where the channel earns none (no partner)."""
    token = call.request.headers.get("authorization", "").partition(" ")[2].strip()
    row = call.world.row("SELECT scopes FROM access_tokens WHERE token = ?", token)
    granted = row is not None and _MONETARY_SCOPE in json.loads(row["scopes"])
    if not granted or viewers.subscribers(call.world, owner) < _PARTNER_SUBSCRIBERS:
        raise GoogleError(403, "forbidden", "Forbidden", domain="global")


def _rows(world: World, owner: str, query: Query) -> list[list[Any]]:
    groups: dict[str, list[Statistics]] = {}
    wanted = None if query.videos is None else set(query.videos)
    for day, video_id, figures in reported(world, owner, query.start, _last(world, query)):
        if wanted is not None and video_id not in wanted:
            continue
        key = {"day": day.isoformat(), "month": day.isoformat()[:7], "video": video_id, None: ""}
        groups.setdefault(key[query.dimension], []).append(figures)
    if query.dimension is None:
        summed = total(figures for group in groups.values() for figures in group)
        return [query.values(summed)] if groups else []
    return [[key, *query.values(total(group))] for key, group in sorted(groups.items())]


def _last(world: World, query: Query) -> date:
    today = world.now().astimezone(PACIFIC).date()
    if query.dimension != "month":
        return min(query.end, today)
    return min((query.end + timedelta(days=31)).replace(day=1) - timedelta(days=1), today)


def reported(world: World, channel_id: str, start: date, end: date) -> Iterable[tuple[date, str, Statistics]]:
    """Figures by day and video as they are known at present; days not reported and empty rows are absent."""
    videos = viewers.published_videos(world, channel_id)
    if not videos:
        return
    day = max(start, min(video.published_at for video in videos).astimezone(PACIFIC).date())
    while day <= end:
        revision = restatement.shown(world.seed, channel_id, day, world.now())
        if revision is not None:
            for video in videos:
                figures = restatement.as_reported(
                    viewers.daily(world, video, day), video.youtube_video_id, day, revision
                )
                if figures.views or figures.impressions:
                    yield day, video.youtube_video_id, figures
        day += timedelta(days=1)


def total(figures: Iterable[Statistics]) -> Statistics:
    """Figures over several days or videos; averages weighted by views."""
    found = list(figures)
    if not found:
        return _NOTHING
    if len(found) == 1 and found[0].views and found[0].impressions:
        return found[0]
    sums = {
        name: sum(getattr(each, name) for each in found)
        for name in Statistics.__dataclass_fields__
        if name not in ("ctr", "average_view_seconds", "average_view_percentage")
    }
    return Statistics(
        **sums,
        ctr=_mean(found, "ctr", "impressions"),
        average_view_seconds=_mean(found, "average_view_seconds", "views"),
        average_view_percentage=_mean(found, "average_view_percentage", "views"),
    )


def _mean(figures: list[Statistics], name: str, weight: str) -> float | None:
    pairs = [(getattr(each, name), getattr(each, weight)) for each in figures if getattr(each, name) is not None]
    weights = sum(w for _, w in pairs)
    return sum(value * w for value, w in pairs) / weights if weights else None
