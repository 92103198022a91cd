"""YouTube Data API: videos.list, videos.batchGetStats and channels.list."""

from __future__ import annotations

import re
from typing import Any

from fastapi import APIRouter

from sandbox import charts
from sandbox.discovery import youtube
from sandbox.google_api import Call, google_method, page, with_etag
from sandbox.google_errors import GoogleError
from sandbox.youtube_resources import (
    channel_resource,
    find_any_video,
    listing,
    seconds_iso,
    video_resource,
    video_statistics,
)

router = APIRouter()
_MAXIMUM_IDS = 50


def one_filter(call: Call, names: tuple[str, ...]) -> str:
    """The one filter that a list call sets.

    Raises:
        GoogleError: 400, none of them or more than one is set.
    """
    chosen = [name for name in names if call.parameters.get(name)]
    if not chosen:
        raise GoogleError(
            400,
            "missingRequiredParameter",
            f"No filter selected. Expected one of: {', '.join(names)}",
            domain="youtube.parameter",
            location="parameters.",
            location_type="other",
        )
    if len(chosen) > 1:
        raise GoogleError(
            400,
            "incompatibleParameters",
            f"Incompatible parameters specified in the request: {', '.join(chosen)}",
            domain="youtube.parameter",
            location="parameters.",
            location_type="other",
        )
    return chosen[0]


def asked_ids(call: Call) -> list[str]:
    """The ids of a call, each once.

    Raises:
        GoogleError: 400 invalidFilters, more than 50.
    """
    ids = list(dict.fromkeys(call.parameters["id"]))
    if len(ids) > _MAXIMUM_IDS:
        raise GoogleError(
            400,
            "invalidFilters",
            "The request specifies an invalid filter parameter.",
            domain="youtube.parameter",
            location="parameters.",
            location_type="other",
        )
    return ids


@google_method(router, youtube(), "youtube.videos.list")
async def list_videos(call: Call) -> dict[str, Any]:
    """Videos by id, or the chart of a region and a category."""
    call.check_parts("Video")
    if one_filter(call, ("chart", "id", "myRating")) == "chart":
        shown, paging = page(call, _chart(call))
        items = [video_resource(call.world, fact, call.parts, call.channel_id) for fact in shown]
        return listing("videoListResponse", items, paging)
    if call.parameters.get("myRating"):
        call.owner()
        return listing("videoListResponse", [], page(call, [])[1])
    found = [find_any_video(call.world, video_id, call.channel_id) for video_id in asked_ids(call)]
    items = [video_resource(call.world, video, call.parts, call.channel_id) for video in found if video]
    paging = {"pageInfo": {"totalResults": len(items), "resultsPerPage": len(items)}}
    return listing("videoListResponse", items, paging)


def _chart(call: Call) -> list[charts.VideoFact]:
    region = call.parameters.get("regionCode", "US")
    if not re.fullmatch("[A-Z]{2}", region) or region not in charts.regions(call.world):
        raise GoogleError(
            400,
            "invalidRegionCode",
            f"'{region}'",
            domain="youtube.parameter",
            location="regionCode",
        )
    facts = charts.chart(call.world, region)
    category = call.parameters["videoCategoryId"]
    if category != "0":
        facts = [fact for fact in facts if str(fact.category_id) == category]
        if not facts:
            raise GoogleError(404, "videoChartNotFound", location="chart")
    return facts


@google_method(router, youtube(), "youtube.videos.batchGetStats")
async def batch_get_stats(call: Call) -> dict[str, Any]:
    """Figures of up to 50 videos by id."""
    call.check_parts("VideoStat")
    one_filter(call, ("id",))
    items = []
    for video_id in asked_ids(call):
        video = find_any_video(call.world, video_id, call.channel_id)
        if video is None:
            continue
        item: dict[str, Any] = {"kind": "youtube#videoStat", "id": video_id}
        for part in call.parts:
            if part == "snippet":
                item[part] = {"publishTime": seconds_iso(video.published_at)}
            elif part == "contentDetails":
                item[part] = {"duration": _google_duration(video.duration_seconds)}
            elif part == "statistics":
                figures = video_statistics(call.world, video)
                item[part] = {name: n for name, n in figures.items() if name != "favoriteCount"}
        items.append(with_etag(item))
    return listing("batchGetStatsResponse", items)


def _google_duration(seconds: float | None) -> str:
    return f"{int(seconds or 0)}s"


@google_method(router, youtube(), "youtube.channels.list")
async def list_channels(call: Call) -> dict[str, Any]:
    """Channels: one's own, by id, or by handle. Where none is found, `items` is absent, as on YouTube."""
    call.check_parts("Channel")
    chosen = one_filter(call, ("mine", "id", "forHandle", "forUsername"))
    if chosen == "mine":
        ids = [call.owner()]
    elif chosen == "id":
        ids = asked_ids(call)
    else:
        handle = "@" + str(call.parameters[chosen]).removeprefix("@").lower()
        ids = [row["id"] for row in call.world.rows("SELECT id FROM channels WHERE handle = ?", handle)]
    found = [channel_resource(call.world, channel_id, call.parts) for channel_id in ids]
    items = [channel for channel in found if channel]
    paging = {
        "pageInfo": {"totalResults": len(items), "resultsPerPage": int(call.parameters["maxResults"])},
    }
    answer = listing("channelListResponse", items, paging)
    if not items:
        del answer["items"]
    return answer
