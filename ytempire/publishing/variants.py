"""Titles and thumbnails that a published video is shown with, one after another, and the record of it.

A swap is asked for (a row in ``video_variant_showings``), then carried out: by whoever holds a client of the channel,
at the latest by the DAG `upload_queue`. What was asked for survives a kill at any place: a title is compared with
what YouTube has before it is sent again, a thumbnail that is set twice is the same thumbnail.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from ytempire.clock import Clock, system_clock
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import InvalidInput
from ytempire.hashing import blake3_of
from ytempire.publishing.metadata import fit_title
from ytempire.settings import Settings

VariantKind = Literal["title", "thumbnail"]

_PACKAGE = "ytempire.publishing"
_NAMES = "abcdefghijklmnopqrstuvwxyz"


class Showing(BaseModel):
    """A time for which a variant was asked for, or shown.

    It was shown from ``shown_from`` to ``shown_until``. Between the end of one showing and the beginning of the next
    a swap was on its way: which of the two was shown then is not known.
    """

    model_config = ConfigDict(frozen=True)

    showing_id: int
    state: str
    asked_by: str
    asked_at: datetime
    started_at: datetime | None
    shown_from: datetime | None
    shown_until: datetime | None
    not_before: datetime | None
    error_message: str | None


@dataclass(frozen=True)
class AskedSwap:
    """A swap that waits to be carried out."""

    showing_id: int
    channel_id: UUID


def offer_variants(
    connection: Connection,
    settings: Settings,
    job_id: UUID,
    *,
    titles: Sequence[str],
    thumbnails: Mapping[str, Path],
) -> None:
    """Keep what a job's video may be shown with, instead of what was offered before; once it is sent, do nothing.

    ``titles`` are named a, b, c … in their order, each once; ``thumbnails`` come with their names. The first of each
    is what the video is published with. Raises InvalidInput when a title has nothing readable or a file is missing.
    """
    offered = [{"kind": "title", "name": name, "title": title, "path": None, "blake3": None}
               for name, title in zip(_NAMES, dict.fromkeys(map(fit_title, titles)), strict=False)]  # fmt: skip
    for name, path in thumbnails.items():
        file = {"path": _below(settings.media_root, path), "blake3": blake3_of(path)}
        offered.append({"kind": "thumbnail", "name": name, "title": None, **file})
    with connection.transaction():
        video = connection.execute(
            "SELECT video_id FROM ytempire.videos"
            " WHERE job_id = %s AND status IN ('processing', 'approved') FOR UPDATE",
            (job_id,),
        ).fetchone()
        if video is None:
            return
        connection.execute("DELETE FROM ytempire.video_variants WHERE video_id = %s", (video["video_id"],))
        for one in offered:
            connection.execute(load_sql(_PACKAGE, "offer_variant"), {"video_id": video["video_id"], **one})


def _below(media_root: Path, path: Path) -> str:
    """A path as other machines know it: relative to the media root where it lies below it."""
    whole, root = path.resolve(), media_root.resolve()
    return str(whole.relative_to(root) if whole.is_relative_to(root) else whole)


def ask_swap(connection: Connection, video_id: UUID, kind: str, name: str, *, actor: str) -> int:
    """Ask for a published video to be shown with another title or thumbnail (``kind``); return the showing's id.

    Asked for twice, it is one swap; what is shown already is not asked for. A swap of the same kind that was asked
    for before and is not known to be done is replaced. Raises InvalidInput for a video that is not published, and for
    a variant that it does not have.
    """
    with connection.transaction():
        _check(connection, video_id, kind, name)
        rows = connection.execute(load_sql(_PACKAGE, "standing_variants"), {"video_id": video_id, "kind": kind})
        standing = {row["state"]: row for row in rows}
        asked, shown = standing.get("asked"), standing.get("shown")
        if asked and asked["name"] == name:
            return int(asked["showing_id"])
        if asked:
            connection.execute(
                "UPDATE ytempire.video_variant_showings SET state = 'replaced' WHERE showing_id = %s",
                (asked["showing_id"],),
            )
        unsure = asked is not None and asked["started_at"] is not None
        if shown and shown["name"] == name and not unsure:
            return int(shown["showing_id"])
        row = connection.execute(
            "INSERT INTO ytempire.video_variant_showings (video_id, kind, name, state, asked_by)"
            " VALUES (%s, %s, %s, 'asked', %s) RETURNING showing_id",
            (video_id, kind, name, actor),
        ).fetchone()
        assert row is not None  # noqa: S101  just inserted
        return int(row["showing_id"])


def _check(connection: Connection, video_id: UUID, kind: str, name: str) -> None:
    """Hold the video's row, and refuse what cannot be swapped."""
    if kind not in get_args(VariantKind):
        raise InvalidInput("kind", f"{kind!r} is none", f"Say {' or '.join(get_args(VariantKind))}.")
    video = connection.execute(
        "SELECT status FROM ytempire.videos WHERE video_id = %s FOR UPDATE", (video_id,)
    ).fetchone()
    if video is None:
        raise InvalidInput("video_id", f"there is no video {video_id}", "List the videos there are.")
    if video["status"] != "published":
        raise InvalidInput("video_id", f"video {video_id} is {video['status']}", "Swap what is published.")
    rows = connection.execute(
        "SELECT name FROM ytempire.video_variants WHERE video_id = %s AND kind = %s ORDER BY name", (video_id, kind)
    )
    names = [row["name"] for row in rows]
    if name not in names:
        raise InvalidInput("name", f"the video has no {kind} {name!r}", f"It has {', '.join(names) or 'none'}.")


def asked_swaps(connection: Connection, clock: Clock = system_clock) -> list[AskedSwap]:
    """Return the swaps of active channels that may be carried out now, in the order in which they were asked for."""
    rows = connection.execute(load_sql(_PACKAGE, "asked_swaps"), {"now": clock()})
    return [AskedSwap(**row) for row in rows]
