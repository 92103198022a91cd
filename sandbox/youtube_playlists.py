"""YouTube Data API: playlists and their items. Each channel's uploads playlist keeps itself, newest first."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter

from sandbox import channels, charts
from sandbox.core import World, from_iso, new_id, to_iso
from sandbox.discovery import youtube
from sandbox.google_api import Call, google_method, page, with_etag
from sandbox.google_errors import GoogleError
from sandbox.videos import PublishedVideo, list_videos
from sandbox.youtube_reads import one_filter
from sandbox.youtube_resources import (
    AnyVideo,
    channel_title,
    find_any_video,
    listing,
    seconds_iso,
    video_snippet,
)

TABLES = """
CREATE TABLE IF NOT EXISTS playlists (
    id TEXT PRIMARY KEY,
    channel_id TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    privacy_status TEXT NOT NULL,
    created_at TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS playlist_items (
    id TEXT PRIMARY KEY,
    playlist_id TEXT NOT NULL,
    video_id TEXT NOT NULL,
    position INTEGER NOT NULL,
    added_at TEXT NOT NULL
);
"""

router = APIRouter()


@dataclass(frozen=True)
class _Item:
    id: str
    playlist_id: str
    channel_id: str
    video: AnyVideo
    position: int
    added_at: datetime


def _video_id(video: AnyVideo) -> str:
    return video.id if isinstance(video, PublishedVideo) else video.video_id


@google_method(router, youtube(), "youtube.playlists.insert")
async def insert_playlist(call: Call) -> dict[str, Any]:
    """A new, empty playlist; a missing privacyStatus means public."""
    body = call.checked_body(await call.request.body())
    call.check_parts("Playlist")
    snippet, status = body.get("snippet") or {}, body.get("status") or {}
    title = (snippet.get("title") or "").strip()
    if not title:
        raise _wrong("playlistTitleRequired", "The request must specify a playlist title.")
    if len(title) > 150 or any(mark in title for mark in "<>\0"):
        raise _wrong("invalidPlaylistSnippet", "The request provides an invalid playlist snippet.")
    playlist_id = f"PL{new_id(32)}"
    call.charge()
    with call.world.transaction():
        call.world.execute(
            "INSERT INTO playlists VALUES (?, ?, ?, ?, ?, ?)",
            playlist_id,
            call.owner(),
            title,
            snippet.get("description") or "",
            status.get("privacyStatus") or "public",
            to_iso(call.world.now()),
        )
        call.world.record("playlist.inserted", channel_id=call.owner(), playlist_id=playlist_id, title=title)
    return _playlist(call.world, _own_playlist(call, playlist_id), call.parts)


@google_method(router, youtube(), "youtube.playlists.list")
async def list_playlists(call: Call) -> dict[str, Any]:
    """Playlists by id, of a channel, or one's own."""
    call.check_parts("Playlist")
    chosen = one_filter(call, ("mine", "channelId", "id"))
    column, wanted = "channel_id", [call.parameters.get("channelId", "")]
    if chosen == "mine":
        wanted = [call.owner()]
    elif chosen == "id":
        column, wanted = "id", call.parameters["id"]
    marks = ", ".join("?" * len(wanted))
    rows = call.world.rows(
        f"SELECT * FROM playlists WHERE {column} IN ({marks}) AND (privacy_status <> 'private'"  # noqa: S608
        " OR channel_id = ?) ORDER BY created_at DESC, rowid DESC",
        *wanted,
        call.channel_id or "",
    )
    shown, paging = page(call, rows)
    return listing("playlistListResponse", [_playlist(call.world, row, call.parts) for row in shown], paging)


@google_method(router, youtube(), "youtube.playlistItems.insert")
async def insert_item(call: Call) -> dict[str, Any]:
    """A video added to one of the caller's playlists, at the end or at a position."""
    body = call.checked_body(await call.request.body())
    call.check_parts("PlaylistItem")
    snippet = body.get("snippet") or {}
    resource = snippet.get("resourceId") or {}
    playlist_id, video_id = snippet.get("playlistId"), resource.get("videoId")
    if not playlist_id:
        raise _wrong("playlistIdRequired", "The request does not specify a value for the playlistId property.")
    if resource.get("kind") != "youtube#video" or not video_id:
        raise _wrong(
            "resourceIdRequired",
            "The request must contain a resource in which the snippet object specifies a resourceId.",
        )
    world = call.world
    _own_playlist(call, playlist_id)
    video = find_any_video(world, video_id, call.channel_id)
    if video is None:
        raise GoogleError(404, "videoNotFound", domain="youtube.playlistItem")
    count = _item_count(world, playlist_id)
    position = min(snippet.get("position", count), count)
    item_id = new_id(48)
    call.charge()
    now = world.now()
    with world.transaction():
        world.execute(
            "UPDATE playlist_items SET position = position + 1 WHERE playlist_id = ? AND position >= ?",
            playlist_id,
            position,
        )
        world.execute(
            "INSERT INTO playlist_items VALUES (?, ?, ?, ?, ?)",
            item_id,
            playlist_id,
            video_id,
            position,
            to_iso(now),
        )
        world.record("playlistItem.inserted", channel_id=call.owner(), video_id=video_id, playlist_id=playlist_id)
    return _resource(world, _Item(item_id, playlist_id, call.owner(), video, position, now), call.parts)


@google_method(router, youtube(), "youtube.playlistItems.list")
async def list_items(call: Call) -> dict[str, Any]:
    """The items of a playlist in order, or items by id."""
    call.check_parts("PlaylistItem")
    if one_filter(call, ("playlistId", "id")) == "playlistId":
        items = _items(call, call.parameters["playlistId"])
    else:
        wanted = call.parameters["id"]
        marks = ", ".join("?" * len(wanted))
        rows = call.world.rows(
            f"SELECT DISTINCT playlist_id FROM playlist_items WHERE id IN ({marks})",  # noqa: S608
            *wanted,
        )
        items = [i for row in rows for i in _items(call, row["playlist_id"]) if i.id in wanted]
    if call.parameters.get("videoId"):
        items = [item for item in items if _video_id(item.video) == call.parameters["videoId"]]
    shown, paging = page(call, items)
    return listing("playlistItemListResponse", [_resource(call.world, i, call.parts) for i in shown], paging)


def _items(call: Call, playlist_id: str) -> list[_Item]:
    if playlist_id.startswith("UU"):
        return _uploads(call, playlist_id)
    playlist = call.world.row("SELECT * FROM playlists WHERE id = ?", playlist_id)
    if playlist is None or (playlist["privacy_status"] == "private" and playlist["channel_id"] != call.channel_id):
        raise GoogleError(404, "playlistNotFound", location="playlistId")
    rows = call.world.rows("SELECT * FROM playlist_items WHERE playlist_id = ? ORDER BY position", playlist_id)
    found = ((row, find_any_video(call.world, row["video_id"], call.channel_id)) for row in rows)
    return [
        _Item(row["id"], playlist_id, playlist["channel_id"], video, row["position"], from_iso(row["added_at"]))
        for row, video in found
        if video is not None
    ]


def _uploads(call: Call, playlist_id: str) -> list[_Item]:
    channel_id = f"UC{playlist_id[2:]}"
    videos: list[AnyVideo] = []
    if channels.find_channel(call.world, channel_id) is not None:
        videos = [
            video
            for video in list_videos(call.world, channel_id)
            if video.privacy_status == "public" or channel_id == call.channel_id
        ]
    else:
        videos = [*charts.outside_uploads(call.world, channel_id)]
        if not videos:
            raise GoogleError(404, "playlistNotFound", location="playlistId")
    return [
        _Item(f"{playlist_id}.{_video_id(video)}", playlist_id, channel_id, video, position, video.published_at)
        for position, video in enumerate(videos)
    ]


def _own_playlist(call: Call, playlist_id: str) -> sqlite3.Row:
    row = call.world.row("SELECT * FROM playlists WHERE id = ?", playlist_id)
    if row is None:
        raise GoogleError(404, "playlistNotFound", location="body.snippet.playlistId", location_type="other")
    if row["channel_id"] != call.owner():
        raise GoogleError(403, "playlistItemsNotAccessible", "Forbidden", domain="youtube.playlistItem")
    return row


def _item_count(world: World, playlist_id: str) -> int:
    row = world.row("SELECT count(*) AS items FROM playlist_items WHERE playlist_id = ?", playlist_id)
    return 0 if row is None else int(row["items"])


def _playlist(world: World, row: sqlite3.Row, parts: list[str]) -> dict[str, Any]:
    built: dict[str, Any] = {"kind": "youtube#playlist", "id": row["id"]}
    if "snippet" in parts:
        built["snippet"] = {
            "publishedAt": seconds_iso(from_iso(row["created_at"])),
            "channelId": row["channel_id"],
            "title": row["title"],
            "description": row["description"],
            "channelTitle": channel_title(world, row["channel_id"]),
            "localized": {"title": row["title"], "description": row["description"]},
        }
    if "status" in parts:
        built["status"] = {"privacyStatus": row["privacy_status"]}
    if "contentDetails" in parts:
        built["contentDetails"] = {"itemCount": _item_count(world, row["id"])}
    return with_etag(built)


def _resource(world: World, item: _Item, parts: list[str]) -> dict[str, Any]:
    built: dict[str, Any] = {"kind": "youtube#playlistItem", "id": item.id}
    snippet = video_snippet(world, item.video)
    video_id = _video_id(item.video)
    if "snippet" in parts:
        built["snippet"] = {
            "publishedAt": seconds_iso(item.added_at),
            "channelId": item.channel_id,
            "title": snippet["title"],
            "description": snippet["description"],
            "thumbnails": snippet["thumbnails"],
            "channelTitle": channel_title(world, item.channel_id) or snippet["channelTitle"],
            "playlistId": item.playlist_id,
            "position": item.position,
            "resourceId": {"kind": "youtube#video", "videoId": video_id},
            "videoOwnerChannelTitle": snippet["channelTitle"],
            "videoOwnerChannelId": snippet["channelId"],
        }
    if "contentDetails" in parts:
        built["contentDetails"] = {"videoId": video_id, "videoPublishedAt": snippet["publishedAt"]}
    if "status" in parts:
        privacy = item.video.privacy_status if isinstance(item.video, PublishedVideo) else "public"
        built["status"] = {"privacyStatus": privacy}
    return with_etag(built)


def _wrong(reason: str, message: str) -> GoogleError:
    return GoogleError(400, reason, message, domain="youtube.playlistItem")
