"""Fault 1: SIGKILL at every boundary of an upload. Fault 4, killed before the commit, is one of them.

The places are not sampled: an upload that nobody disturbs names them all, and
each is then killed once. What happened is read from the sandbox's journal.
"""

from __future__ import annotations

import random
from collections import Counter
from typing import Any
from uuid import UUID

from upload_scene import CHUNK, MEDIA_BYTES, Stage

from ytempire.database.connection import Connection
from ytempire.publishing.store import Upload, load_upload

KILLED = -9


def places_of_an_upload(stage: Stage, connection: Connection) -> list[str]:
    places: list[str] = []
    stage.upload(connection, stage.new_upload(connection), checkpoint=places.append)
    return places


def chunks(stage: Stage, after: int) -> list[dict[str, Any]]:
    return stage.sandbox.journal("upload.chunk_received", after)


def session_of(entry: dict[str, Any]) -> str:
    return entry["details"]["upload_id"]


def assert_session_was_committed_before_the_first_byte(stage: Stage, upload: Upload, after: int) -> None:
    for chunk in chunks(stage, after):
        assert upload.session_uri is not None
        assert session_of(chunk) in upload.session_uri


def assert_one_video(stage: Stage, connection: Connection, upload_id: UUID, after: int) -> None:
    inserted = stage.sandbox.journal("video.inserted", after)
    upload = load_upload(connection, upload_id)
    assert [entry["video_id"] for entry in inserted] == [upload.youtube_video_id]
    assert upload.status == "uploaded"
    assert upload.sent_bytes == MEDIA_BYTES


def resent(stage: Stage, after: int) -> int:
    """How many chunks arrived more than once."""
    starts = Counter(entry["details"]["first_byte"] for entry in chunks(stage, after))
    assert set(starts) == set(range(0, MEDIA_BYTES, CHUNK))
    return sum(count - 1 for count in starts.values())


def test_an_upload_has_a_boundary_on_both_sides_of_every_commit(stage: Stage, connection: Connection) -> None:
    assert places_of_an_upload(stage, connection) == [
        "locked", "before session", "session opened", "session committed",
        *(name for start in range(0, 5 * CHUNK, CHUNK)
          for name in (f"chunk sent {start}", f"chunk committed {start + CHUNK}")),
        f"chunk sent {5 * CHUNK}", "answered", "adopted",
    ]  # fmt: skip


def test_killed_at_any_boundary_the_next_process_finishes_the_one_video(stage: Stage, connection: Connection) -> None:
    for place in places_of_an_upload(stage, connection):
        upload_id = stage.new_upload(connection)
        before = stage.sandbox.last_entry()
        assert stage.upload_in_own_process(upload_id, kill_at=place) == KILLED, place
        killed = load_upload(connection, upload_id)
        assert_session_was_committed_before_the_first_byte(stage, killed, before)

        resumed = stage.sandbox.last_entry()
        assert stage.upload_in_own_process(upload_id) == 0, place
        assert_one_video(stage, connection, upload_id, before)
        assert resent(stage, before) <= 1, place
        sessions = stage.sandbox.journal("upload.session_created", before)
        assert len(sessions) == (2 if place == "session opened" else 1), place
        if place.startswith("chunk committed"):
            first = chunks(stage, resumed)[0]
            assert first["details"]["first_byte"] == killed.sent_bytes, place


def test_killed_again_and_again_it_still_is_one_video(stage: Stage, connection: Connection) -> None:
    places = places_of_an_upload(stage, connection)
    for seed in range(3):
        order = random.Random(seed)
        upload_id = stage.new_upload(connection)
        before = stage.sandbox.last_entry()
        kills = sorted(order.sample(range(len(places) - 1), 6))
        for kill in kills:
            assert stage.upload_in_own_process(upload_id, kill_at=places[kill]) in (KILLED, 0)
        assert stage.upload_in_own_process(upload_id) == 0
        assert_one_video(stage, connection, upload_id, before)
        assert resent(stage, before) <= 1
