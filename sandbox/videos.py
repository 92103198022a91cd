"""The videos published into the sandbox: kept state and the facts that the audience judges."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sandbox import looks
from sandbox.core import World, from_iso, to_iso

TABLES = """
CREATE TABLE IF NOT EXISTS videos (
    id TEXT PRIMARY KEY,
    channel_id TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    tags TEXT NOT NULL,
    category_id TEXT NOT NULL,
    default_language TEXT,
    default_audio_language TEXT,
    privacy_status TEXT NOT NULL,
    publish_at TEXT,
    published_at TEXT NOT NULL,
    uploaded_at TEXT NOT NULL,
    self_declared_made_for_kids INTEGER,
    contains_synthetic_media INTEGER,
    embeddable INTEGER NOT NULL,
    license TEXT NOT NULL,
    public_stats_viewable INTEGER NOT NULL,
    duration_seconds REAL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    media_path TEXT NOT NULL,
    thumbnail_path TEXT,
    thumbnail_width INTEGER,
    thumbnail_height INTEGER
);
CREATE INDEX IF NOT EXISTS videos_channel ON videos (channel_id, uploaded_at);
CREATE TABLE IF NOT EXISTS captions (
    id TEXT PRIMARY KEY,
    video_id TEXT NOT NULL,
    language TEXT NOT NULL,
    name TEXT NOT NULL,
    is_draft INTEGER NOT NULL,
    is_auto_synced INTEGER NOT NULL,
    status TEXT NOT NULL,
    failure_reason TEXT,
    path TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    UNIQUE (video_id, language, name)
);
"""


@dataclass(frozen=True)
class PublishedVideo:
    """A video of one of the sandbox's own channels.

    Attributes:
        privacy_status: "public", "unlisted" or "private", at the time of reading.
        published_at: when it became public; the upload's time as long as it is not.
        duration_seconds: from the file; None where the file is no MP4 (processing failed).
        bytes: size of the uploaded file.
        has_captions: whether a caption track is served.
    """

    id: str
    channel_id: str
    title: str
    description: str
    tags: tuple[str, ...]
    category_id: str
    default_language: str | None
    default_audio_language: str | None
    privacy_status: str
    publish_at: datetime | None
    published_at: datetime
    uploaded_at: datetime
    self_declared_made_for_kids: bool | None
    contains_synthetic_media: bool | None
    embeddable: bool
    license: str
    public_stats_viewable: bool
    duration_seconds: float | None
    width: int
    height: int
    bytes: int
    sha256: str
    media_path: Path
    thumbnail_path: Path | None
    thumbnail_width: int | None
    thumbnail_height: int | None
    has_captions: bool


_SELECT = (
    "SELECT v.*, EXISTS (SELECT 1 FROM captions c WHERE c.video_id = v.id AND c.status = 'serving')"
    " AS has_captions FROM videos v"
)


def _video(world: World, row: sqlite3.Row) -> PublishedVideo:
    values: dict[str, Any] = dict(row)
    for name in ("publish_at", "published_at", "uploaded_at"):
        values[name] = None if values[name] is None else from_iso(values[name])
    for name in (
        "self_declared_made_for_kids",
        "contains_synthetic_media",
        "embeddable",
        "public_stats_viewable",
        "has_captions",
    ):
        values[name] = None if values[name] is None else bool(values[name])
    for name in ("media_path", "thumbnail_path"):
        values[name] = None if values[name] is None else world.state / values[name]
    values["tags"] = tuple(json.loads(values["tags"]))
    return PublishedVideo(**values)


def _publish_what_is_due(world: World) -> None:
    now = to_iso(world.now())
    for row in world.rows(
        "UPDATE videos SET privacy_status = 'public', published_at = publish_at, publish_at = NULL"
        " WHERE publish_at <= ? RETURNING id, channel_id, published_at",
        now,
    ):
        looks.note(world, row["id"], since=row["published_at"])
        world.record("video.published", channel_id=row["channel_id"], video_id=row["id"], scheduled=True)


def find_video(world: World, video_id: str) -> PublishedVideo | None:
    """A video by its id, None where there is none."""
    _publish_what_is_due(world)
    row = world.row(f"{_SELECT} WHERE v.id = ?", video_id)
    return None if row is None else _video(world, row)


def list_videos(world: World, channel_id: str | None = None) -> list[PublishedVideo]:
    """The videos of a channel (of all channels by default), the newest upload first."""
    _publish_what_is_due(world)
    rows = world.rows(
        f"{_SELECT} WHERE ? IS NULL OR v.channel_id = ? ORDER BY v.uploaded_at DESC, v.rowid DESC",
        channel_id,
        channel_id,
    )
    return [_video(world, row) for row in rows]


def public_videos(world: World, channel_id: str | None = None) -> list[PublishedVideo]:
    """Those of `list_videos` that everybody sees."""
    return [video for video in list_videos(world, channel_id) if video.privacy_status == "public"]


def insert_video(world: World, values: dict[str, Any]) -> None:
    """Keep a new video; the names are those of the table."""
    names = ", ".join(values)
    marks = ", ".join("?" * len(values))
    world.execute(f"INSERT INTO videos ({names}) VALUES ({marks})", *values.values())  # noqa: S608
    looks.note(world, values["id"])


def change_video(world: World, video_id: str, values: dict[str, Any]) -> None:
    """Change columns of a video; the names are those of the table."""
    settings = ", ".join(f"{name} = ?" for name in values)
    world.execute(f"UPDATE videos SET {settings} WHERE id = ?", *values.values(), video_id)  # noqa: S608
    looks.note(world, video_id)
