"""Sightings into ``trend_snapshots`` (facts, only ever added) and ``trend_videos`` (as last seen)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from etl.trends.sources import Sighting
from ytempire.database.connection import Connection, load_sql


@dataclass(frozen=True)
class Stored:
    """Snapshots that were new, and the different videos they show."""

    snapshots: int
    videos: int


def store(connection: Connection, sightings: Sequence[Sighting]) -> Stored:
    """Write sightings in one transaction; the same sighting written twice stands once."""
    snapshots = sorted((snapshot_of(sighting) for sighting in sightings), key=_key)
    videos: dict[str, dict[str, Any]] = {}
    for sighting in sorted(sightings, key=lambda one: one.fetched_at):
        videos[sighting.video.youtube_video_id] = _video(sighting)
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(load_sql(__package__, "video_upsert"), [videos[key] for key in sorted(videos)])
        cursor.executemany(load_sql(__package__, "snapshot_insert"), snapshots)
        new = max(cursor.rowcount, 0)
    return Stored(new, len(videos))


def _key(snapshot: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(snapshot[name] for name in ("source", "region_code", "youtube_video_id", "fetched_at"))


def snapshot_of(sighting: Sighting) -> dict[str, Any]:
    """Return a sighting as a row of ``trend_snapshots``."""
    video = sighting.video
    return {
        "fetched_at": sighting.fetched_at,
        "source": sighting.source,
        "region_code": sighting.region_code,
        "youtube_video_id": video.youtube_video_id,
        "rank": sighting.rank,
        "views": video.views,
        "likes": video.likes,
        "comments": video.comments,
    }


def _video(sighting: Sighting) -> dict[str, Any]:
    video = sighting.video
    return {
        "youtube_video_id": video.youtube_video_id,
        "youtube_channel_id": video.youtube_channel_id,
        "title": video.title,
        "channel_title": video.channel_title,
        "category_id": video.category_id,
        "tags": video.tags,
        "published_at": video.published_at,
        "duration_seconds": video.duration_seconds,
        "language": video.language,
        "fetched_at": sighting.fetched_at,
    }
