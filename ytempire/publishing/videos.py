"""What an operator wants to see of the videos: where each stands, and what it was shown with from when to when."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from ytempire.database.connection import Connection, load_sql
from ytempire.errors import InvalidInput
from ytempire.publishing.variants import Showing, VariantKind


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class VideoLine(_Model):
    """One video as it stands.

    ``shown_title`` and ``shown_thumbnail`` name the variants that it is shown with, ``asked`` the swaps that wait.
    """

    video_id: UUID
    youtube_video_id: str | None
    channel: str
    title: str
    description: str | None
    tags: list[str] | None
    status: str
    created_at: datetime
    published_at: datetime | None
    duration_seconds: int | None
    quality_score: float | None
    cost_usd: Decimal
    thumbnail_url: str | None
    job_id: UUID | None
    upload_id: UUID | None
    upload_status: str | None
    privacy_status: str | None
    not_before: datetime | None
    problem: str | None
    shown_title: str | None
    shown_thumbnail: str | None
    asked: str | None


class Variant(_Model):
    """A title, or the file of a thumbnail, that a video may be shown with, and when it was."""

    kind: VariantKind
    name: str
    title: str | None
    path: str | None
    periods: list[Showing]


def list_videos(
    connection: Connection, *, status: str | None = None, channel: str | None = None, limit: int = 50
) -> list[VideoLine]:
    """Return the newest videos, of one status or channel (name or id) if these are given."""
    return _lines(connection, {"video": None, "status": status, "channel": channel, "limit": limit})


def get_video(connection: Connection, video: str) -> VideoLine:
    """Return the video with this id, ours or YouTube's. Raises InvalidInput when there is none."""
    found = _lines(connection, {"video": video, "status": None, "channel": None, "limit": 1})
    if not found:
        raise InvalidInput("video", f"there is no video {video}", "List the videos there are.")
    return found[0]


def _lines(connection: Connection, parameters: dict[str, Any]) -> list[VideoLine]:
    rows = connection.execute(load_sql(__package__, "list_videos"), parameters)
    return [VideoLine.model_validate(row) for row in rows]


def variants_of(connection: Connection, video_id: UUID) -> list[Variant]:
    """Return the titles and thumbnails of a video, each with its periods, the oldest first."""
    rows = connection.execute(load_sql(__package__, "list_variants"), {"video_id": video_id}).fetchall()
    found = []
    for (kind, name), group in groupby(rows, key=lambda row: (row["kind"], row["name"])):
        same = list(group)
        periods = [Showing.model_validate(row) for row in same if row["showing_id"] is not None]
        found.append(Variant(kind=kind, name=name, title=same[0]["title"], path=same[0]["path"], periods=periods))
    return found
