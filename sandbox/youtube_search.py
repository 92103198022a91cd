"""YouTube Data API: search.list over the sandbox's public videos, the charts, and the sandbox's channels."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter

from sandbox import channels, charts
from sandbox.core import from_iso
from sandbox.discovery import youtube
from sandbox.google_api import Call, google_method, page, with_etag
from sandbox.google_errors import GoogleError
from sandbox.videos import PublishedVideo, list_videos, public_videos
from sandbox.youtube_resources import AnyVideo, listing, seconds_iso, thumbnails, video_snippet

router = APIRouter()
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)
_KINDS = ("video", "channel", "playlist")
_DURATIONS = {"short": (0, 240), "medium": (240, 1200), "long": (1200, float("inf"))}


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


@google_method(router, youtube(), "youtube.search.list")
async def search(call: Call) -> dict[str, Any]:
    """Videos and channels whose texts contain every word of `q`."""
    call.check_parts("SearchResult")
    kinds = call.parameters.get("type") or list(_KINDS)
    kinds = [kind for given in kinds for kind in given.split(",")]
    region = call.parameters.get("regionCode", "US")
    if set(kinds) - set(_KINDS):
        raise GoogleError(400, "invalidParameter", f"Invalid value '{','.join(kinds)}'", location="type")
    only_videos = [name for name in call.parameters if name.startswith("video") and name != "videoType"]
    if only_videos and kinds != ["video"]:
        raise GoogleError(
            400,
            "invalidSearchFilter",
            "The request contains an invalid combination of search filters and/or restrictions.",
            domain="youtube.search",
            location=f"parameters.{only_videos[0]}",
            location_type="other",
        )
    found: list[dict[str, Any]] = []
    if "channel" in kinds:
        found += [_channel(row) for row in _channels(call)]
    if "video" in kinds:
        found += [_video(call, video) for video in _ordered(call, _videos(call, region))]
    shown, paging = page(call, found)
    return listing("searchListResponse", shown, {**paging, "regionCode": region})


def _candidates(call: Call, region: str) -> Iterable[AnyVideo]:
    if call.parameters.get("forMine"):
        return list_videos(call.world, call.owner())
    channel_id = call.parameters.get("channelId")
    if channel_id is not None:
        ours = channels.find_channel(call.world, channel_id) is not None
        found = public_videos(call.world, channel_id) if ours else charts.outside_uploads(call.world, channel_id)
        return [*found]
    outside = charts.chart(call.world, region) if region in charts.regions(call.world) else []
    return [*public_videos(call.world), *outside]


def _videos(call: Call, region: str) -> list[AnyVideo]:
    parameters = call.parameters
    wanted = _words(parameters.get("q", ""))
    after = from_iso(parameters["publishedAfter"]) if "publishedAfter" in parameters else _EARLIEST
    before = from_iso(parameters["publishedBefore"]) if "publishedBefore" in parameters else _LATEST
    low, high = _DURATIONS.get(parameters.get("videoDuration", ""), (0, float("inf")))
    category = parameters.get("videoCategoryId")
    return [
        video
        for video in _candidates(call, region)
        if wanted <= _words(f"{video.title} {video.description} {' '.join(video.tags)}")
        and after <= video.published_at < before
        and low <= (video.duration_seconds or 0) < high
        and category in (None, str(video.category_id))
    ]


def _ordered(call: Call, videos: list[AnyVideo]) -> list[AnyVideo]:
    order = call.parameters["order"]
    if order == "date":
        return sorted(videos, key=lambda video: video.published_at, reverse=True)
    if order == "title":
        return sorted(videos, key=lambda video: video.title)
    if order in ("viewCount", "rating"):
        return sorted(videos, key=lambda video: _views(call, video), reverse=True)
    return videos


def _views(call: Call, video: AnyVideo) -> int:
    return (charts.counts(call.world, video) if isinstance(video, PublishedVideo) else video).views


def _video(call: Call, video: AnyVideo) -> dict[str, Any]:
    snippet = video_snippet(call.world, video)
    video_id = video.id if isinstance(video, PublishedVideo) else video.video_id
    names = ("publishedAt", "channelId", "title", "description", "thumbnails", "channelTitle")
    return with_etag(
        {
            "kind": "youtube#searchResult",
            "id": {"kind": "youtube#video", "videoId": video_id},
            "snippet": {name: snippet[name] for name in names} | {"liveBroadcastContent": "none"},
        }
    )


def _channels(call: Call) -> list[Any]:
    wanted = _words(call.parameters.get("q", ""))
    channel_id = call.parameters.get("channelId")
    rows = call.world.rows("SELECT * FROM channels ORDER BY created_at DESC")
    return [
        row
        for row in rows
        if wanted <= _words(f"{row['title']} {row['description']}") and channel_id in (None, row["id"])
    ]


def _channel(row: Any) -> dict[str, Any]:
    return with_etag(
        {
            "kind": "youtube#searchResult",
            "id": {"kind": "youtube#channel", "channelId": row["id"]},
            "snippet": {
                "publishedAt": seconds_iso(from_iso(row["created_at"])),
                "channelId": row["id"],
                "title": row["title"],
                "description": row["description"],
                "thumbnails": thumbnails(row["id"]),
                "channelTitle": row["title"],
                "liveBroadcastContent": "none",
            },
        }
    )
