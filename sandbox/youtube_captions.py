"""YouTube Data API: captions.insert and captions.list."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path
from typing import Any

from fastapi import APIRouter

from sandbox import looks, uploads
from sandbox.core import from_iso, new_id, to_iso
from sandbox.discovery import youtube
from sandbox.google_api import Call, google_method, with_etag
from sandbox.google_errors import GoogleError
from sandbox.media import Arrival, MediaMethod
from sandbox.youtube_resources import listing, seconds_iso
from sandbox.youtube_writes import owned_video

router = APIRouter()

_MAXIMUM_NAME = 150
_CUE = re.compile(r"(?:\d+:)?\d{1,2}:\d{2}[.,]\d{3}\s*-->\s*(?:\d+:)?\d{1,2}:\d{2}[.,]\d{3}")


def _prepare(call: Call, body: dict[str, Any]) -> None:
    call.check_parts("Caption")
    snippet = body.get("snippet") or {}
    for name in ("videoId", "language", "name"):
        if not isinstance(snippet.get(name), str) or (name != "name" and not snippet[name]):
            raise GoogleError(
                400,
                "invalidMetadata",
                "The request contains invalid metadata values, which prevent the track from being created.",
                domain="youtube.caption",
                location=f"body.snippet.{name}",
                location_type="other",
            )
    if len(snippet["name"]) > _MAXIMUM_NAME:
        raise GoogleError(400, "nameTooLong", "The specified track name is too long.", domain="youtube.caption")
    video = owned_video(call.world, call.owner(), snippet["videoId"])
    if call.world.row(
        "SELECT 1 FROM captions WHERE video_id = ? AND language = ? AND name = ?",
        video.id,
        snippet["language"],
        snippet["name"],
    ):
        raise GoogleError(409, "captionExists")


def _finish(arrival: Arrival) -> dict[str, Any]:
    world, snippet = arrival.world, arrival.metadata["snippet"]
    video = owned_video(world, arrival.channel_id, snippet["videoId"])
    caption_id = new_id(40)
    known = _is_caption_file(arrival.media.path)
    try:
        world.execute(
            "INSERT INTO captions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            caption_id,
            video.id,
            snippet["language"],
            snippet["name"],
            bool(snippet.get("isDraft", False)),
            bool(arrival.parameters.get("sync", False)),
            "serving" if known else "failed",
            None if known else "unknownFormat",
            str(arrival.media.path.relative_to(world.state)),
            to_iso(world.now()),
        )
    except sqlite3.IntegrityError as error:
        raise GoogleError(409, "captionExists") from error
    looks.note(world, video.id)
    world.record(
        "captions.inserted",
        channel_id=video.channel_id,
        video_id=video.id,
        language=snippet["language"],
        bytes=arrival.media.bytes,
        sha256=arrival.media.sha256,
    )
    row = world.row("SELECT * FROM captions WHERE id = ?", caption_id)
    assert row is not None  # noqa: S101  just inserted
    return _resource(row, arrival.parameters["part"])


def _is_caption_file(path: Path) -> bool:
    """Whether a file is SubRip or WebVTT with at least one cue."""
    try:
        return bool(_CUE.search(path.read_text("utf-8-sig")))
    except UnicodeDecodeError:
        return False


uploads.media_method(router, MediaMethod("youtube.captions.insert", _prepare, _finish, required="contentRequired"))


@google_method(router, youtube(), "youtube.captions.list", public=False)
async def list_captions(call: Call) -> dict[str, Any]:
    """The caption tracks of one of the caller's videos."""
    call.check_parts("Caption")
    video = owned_video(call.world, call.owner(), call.parameters["videoId"])
    rows = call.world.rows("SELECT * FROM captions WHERE video_id = ? ORDER BY rowid", video.id)
    wanted = set(call.parameters.get("id") or [row["id"] for row in rows])
    return listing("captionListResponse", [_resource(row, call.parts) for row in rows if row["id"] in wanted])


def _resource(row: sqlite3.Row, parts: list[str]) -> dict[str, Any]:
    built: dict[str, Any] = {"kind": "youtube#caption", "id": row["id"]}
    if "snippet" in parts:
        built["snippet"] = {
            "videoId": row["video_id"],
            "lastUpdated": seconds_iso(from_iso(row["updated_at"])),
            "trackKind": "standard",
            "language": row["language"],
            "name": row["name"],
            "audioTrackType": "unknown",
            "isCC": False,
            "isLarge": False,
            "isEasyReader": False,
            "isDraft": bool(row["is_draft"]),
            "isAutoSynced": bool(row["is_auto_synced"]),
            "status": row["status"],
        }
        if row["failure_reason"]:
            built["snippet"]["failureReason"] = row["failure_reason"]
    return with_etag(built)
