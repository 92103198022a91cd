"""How each published video presented itself over time: a row whenever something that viewers see changed.

The audience judges a video by what it showed at each moment, so that a better thumbnail works from when it
was set and does not rewrite the past.
"""

from __future__ import annotations

import json
from dataclasses import asdict

from sandbox.appeal import ThumbnailMeasure, measure_thumbnail
from sandbox.audience import Look
from sandbox.core import World, from_iso, to_iso

TABLES = """
CREATE TABLE IF NOT EXISTS looks (
    video_id TEXT NOT NULL,
    since TEXT NOT NULL,
    title TEXT NOT NULL,
    description TEXT NOT NULL,
    tags TEXT NOT NULL,
    category_id TEXT NOT NULL,
    thumbnail_path TEXT,
    thumbnail TEXT,
    captions INTEGER NOT NULL,
    public INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS looks_video ON looks (video_id, since);
"""


def note(world: World, video_id: str, since: str | None = None) -> None:
    """Keep how a video looks at present; call it after every change of a video or its captions.

    Args:
        world: where the video is.
        video_id: of a video in the table `videos`.
        since: from when it looks so, as kept by `to_iso`; the present by default.
    """
    video = world.row(
        "SELECT v.*, EXISTS (SELECT 1 FROM captions c WHERE c.video_id = v.id AND c.status = 'serving')"
        " AS captions FROM videos v WHERE v.id = ?",
        video_id,
    )
    if video is None:
        return
    measure = _measure(world, video_id, video["thumbnail_path"])
    world.execute(
        "INSERT INTO looks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        video_id,
        since or to_iso(world.now()),
        *(video[name] for name in ("title", "description", "tags", "category_id", "thumbnail_path")),
        None if measure is None else json.dumps(asdict(measure)),
        video["captions"],
        video["privacy_status"] == "public",
    )


def _measure(world: World, video_id: str, path: str | None) -> ThumbnailMeasure | None:
    if path is None:
        return None
    known = world.row("SELECT thumbnail FROM looks WHERE video_id = ? AND thumbnail_path = ?", video_id, path)
    if known is not None:
        return None if known["thumbnail"] is None else ThumbnailMeasure(**json.loads(known["thumbnail"]))
    return measure_thumbnail((world.state / path).read_bytes())


def looks_of(world: World, video_id: str) -> tuple[Look, ...]:
    """All looks of a video in order of time."""
    return tuple(
        Look(
            since=from_iso(row["since"]),
            title=row["title"],
            description=row["description"],
            tags=tuple(json.loads(row["tags"])),
            category_id=int(row["category_id"]),
            thumbnail=None if row["thumbnail"] is None else ThumbnailMeasure(**json.loads(row["thumbnail"])),
            captions=bool(row["captions"]),
            public=bool(row["public"]),
        )
        for row in world.rows("SELECT * FROM looks WHERE video_id = ? ORDER BY since, rowid", video_id)
    )
