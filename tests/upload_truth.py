"""What must hold of our tables at every instant, whatever has just been killed; YouTube's side is the sandbox's.

Our tables may know less than YouTube has (an answer was lost), never more, and they agree among themselves.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from upload_scene import Sandbox

from ytempire.database.connection import Connection

UNDER_WAY = {"running", "approved", "failed"}
STATES = {
    "pending": ("approved", UNDER_WAY),
    "uploading": ("uploading", UNDER_WAY),
    "deferred": ("approved", {"deferred"}),
    "uploaded": ("uploaded", UNDER_WAY | {"deferred"}),
    "scheduled": ("scheduled", {"scheduled", "failed"}),
    "published": ("published", {"published"}),
    "failed": ("failed", {"failed"}),
}
"""What video and job are while an upload is in a state."""


def sha256_of(path: Path) -> str:
    """The hash by which the sandbox names what arrived."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dataclass(frozen=True)
class Youtube:
    """What the sandbox has and what it did, since an entry of its journal."""

    videos: list[dict[str, Any]]
    journal: list[dict[str, Any]]

    @classmethod
    def of(cls, sandbox: Sandbox, after: int = 0) -> Youtube:
        return cls(sandbox.videos(), sandbox.journal(after=after))

    def entries(self, kind: str) -> list[dict[str, Any]]:
        return [entry for entry in self.journal if entry["kind"] == kind]

    def times(self, kind: str, video_id: str | None) -> int:
        """How often a side effect befell a video."""
        return sum(entry["video_id"] == video_id for entry in self.entries(kind))

    def with_marker(self, marker: str) -> list[str]:
        return [video["id"] for video in self.videos if marker in video["description"]]

    def received_bytes(self, session_uri: str | None) -> int:
        """How much of a session's file YouTube has."""
        whole = (entry["details"] for entry in self.entries("upload.chunk_received"))
        return max((one["received"] for one in whole if one["upload_id"] in (session_uri or "")), default=0)

    def spent(self) -> Counter[tuple[str, str]]:
        """Quota taken, by (bucket, day)."""
        spent: Counter[tuple[str, str]] = Counter()
        for entry in self.entries("quota.charged"):
            spent[entry["details"]["bucket"], entry["details"]["day"]] += entry["details"]["units"]
        return spent


def rows(connection: Connection, uploads: Iterable[UUID]) -> list[dict[str, Any]]:
    return connection.execute(
        "SELECT upload.*, video.status AS video, video.youtube_video_id AS shown_id, video.published_at,"
        " job.status AS job, job.completed_at, job.result, job.error_message AS job_error"
        " FROM ytempire.uploads AS upload JOIN ytempire.videos AS video USING (video_id)"
        " JOIN ytempire.generation_jobs AS job ON job.job_id = upload.job_id"
        " WHERE upload_id = ANY(%s)",
        (list(uploads),),
    ).fetchall()


def assert_truth(connection: Connection, youtube: Youtube, *uploads: UUID, where: object = "") -> None:
    """Hold the rows of ``uploads`` against each other and against YouTube."""
    for row in rows(connection, uploads):
        video, jobs = STATES[row["status"]]
        assert (row["video"], row["job"] in jobs) == (video, True), (where, row["status"], row["video"], row["job"])
        assert row["shown_id"] == row["youtube_video_id"], where
        _assert_not_more_than_youtube_has(row, youtube, where)
        _assert_once(row, youtube, where)
        if row["status"] == "published":
            assert row["published_at"] and row["completed_at"] and row["not_before"] is None, where
            assert row["result"]["youtube_video_id"] == row["youtube_video_id"], where


def _assert_not_more_than_youtube_has(row: dict[str, Any], youtube: Youtube, where: object) -> None:
    made = youtube.with_marker(row["marker"])
    video_id = row["youtube_video_id"]
    assert len(made) <= 1, where
    assert video_id is None or made == [video_id], where
    assert not made or row["last_bytes_at"] is not None, (where, "the last bytes left unannounced")
    if video_id is None:
        assert row["sent_bytes"] <= youtube.received_bytes(row["session_uri"]), where
    for known, kind in (
        (row["thumbnail_set_at"], "thumbnail.set"),
        (row["captions_id"], "captions.inserted"),
        (row["playlist_item_id"], "playlistItem.inserted"),
    ):
        assert known is None or youtube.times(kind, video_id) == 1, (where, kind)


def _assert_once(row: dict[str, Any], youtube: Youtube, where: object) -> None:
    (video_id,) = youtube.with_marker(row["marker"]) or (None,)
    if video_id is not None:
        for kind in ("video.inserted", "thumbnail.set", "captions.inserted", "playlistItem.inserted"):
            assert youtube.times(kind, video_id) <= 1, (where, kind)
    created = Counter(
        (entry["channel_id"], entry["details"]["title"]) for entry in youtube.entries("playlist.inserted")
    )
    assert max(created.values(), default=0) <= 1, where


def assert_published_once(
    connection: Connection, youtube: Youtube, *uploads: UUID, collected: bool = True, where: object = ""
) -> None:
    """All of it is done, and no part of it twice."""
    assert_truth(connection, youtube, *uploads, where=where)
    for row in rows(connection, uploads):
        assert row["status"] == "published", (where, row["status"], row["error_message"])
        for kind in ("video.inserted", "thumbnail.set", "captions.inserted"):
            assert youtube.times(kind, row["youtube_video_id"]) == 1, (where, kind)
        assert youtube.times("playlistItem.inserted", row["youtube_video_id"]) == int(collected), where


def assert_ledger_covers(connection: Connection, youtube: Youtube, where: object = "") -> None:
    """Our ledger may say more than YouTube took, never less, and keeps its limit."""
    ours = {
        (row["bucket"], row["day"].isoformat()): row
        for row in connection.execute("SELECT * FROM ytempire.quota_buckets")
    }
    for bucket, units in youtube.spent().items():
        assert units <= ours[bucket]["used"] <= ours[bucket]["quota_limit"], (where, bucket)
