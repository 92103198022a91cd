"""Fault 1: SIGKILL on both sides of every statement, commit and request of an upload of 20 chunks.

The places are not sampled: an upload that nobody disturbs names them all, and each is then killed once. What
happened is read from the sandbox's journal; what our tables say is held against it right after the kill.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from upload_scene import CHUNK, KILLED, Stage, open_stage, padded_video
from upload_truth import Youtube, assert_ledger_covers, assert_truth
from upload_watch import kill_points

from ytempire.database.connection import Connection
from ytempire.publishing.store import Upload, load_upload

CHUNKS = 20
SIZE = (CHUNKS - 1) * CHUNK + 12_345
SESSION_OPENED = "after POST /upload/youtube/v3/videos"


@pytest.fixture
def long_stage(database_url: str, connection: Connection, sandbox_url: str, second_of_video: Path) -> Stage:
    path = second_of_video.with_name("twenty_chunks.mp4")
    if not path.exists():
        padded_video(second_of_video, path, SIZE)
    sandbox = open_stage(database_url, connection, sandbox_url, path, daily_uploads=10_000, daily_units=100_000)
    sandbox.sandbox.post("quota", limits={"videos.insert": 10_000, "default": 100_000, "uploads_per_channel": 10_000})
    return sandbox


def events_of_an_upload(stage: Stage, connection: Connection) -> list[str]:
    events: list[str] = []
    stage.watched_upload(stage.new_upload(connection), events.append)
    return events


def chunks(youtube: Youtube) -> list[dict[str, Any]]:
    return [entry["details"] for entry in youtube.entries("upload.chunk_received")]


def assert_session_was_committed_before_the_first_byte(upload: Upload, youtube: Youtube) -> None:
    for chunk in chunks(youtube):
        assert upload.session_uri is not None
        assert chunk["upload_id"] in upload.session_uri


def assert_one_video(stage: Stage, connection: Connection, upload_id: UUID, after: int, place: str) -> None:
    youtube = Youtube.of(stage.sandbox, after)
    upload = load_upload(connection, upload_id)
    assert_truth(connection, youtube, upload_id, where=place)
    assert (upload.status, upload.sent_bytes) == ("uploaded", SIZE), place
    starts = Counter(chunk["first_byte"] for chunk in chunks(youtube))
    assert set(starts) == set(range(0, SIZE, CHUNK)), place
    assert sum(starts.values()) - CHUNKS <= 1, f"{place}: more than one chunk was sent twice"


def test_both_sides_of_every_effect_are_places_to_be_killed_at(long_stage: Stage, connection: Connection) -> None:
    events = events_of_an_upload(long_stage, connection)
    for start in range(0, SIZE, CHUNK):
        sent = f"PUT /upload/youtube/v3/videos bytes {start}-{min(start + CHUNK, SIZE) - 1}/{SIZE}"
        assert events.count(f"before {sent}") == events.count(f"after {sent}") == 1
    for side in ("before", "after"):
        committed = [event for event in events if event.startswith(f"{side} UPDATE ytempire.uploads SET sent_bytes = ")]
        assert len(committed) == CHUNKS - 1
    assert events.count(SESSION_OPENED) == 1
    assert len(kill_points(events)) == 1 + sum(event.startswith("after") for event in events) > 2 * CHUNKS + 15


def test_killed_anywhere_the_next_process_finishes_the_one_video(long_stage: Stage, connection: Connection) -> None:
    stage, before = long_stage, 0
    for number, place in kill_points(events_of_an_upload(stage, connection)).items():
        upload_id = stage.new_upload(connection)
        before = stage.sandbox.last_entry(before)
        assert stage.upload_in_own_process(upload_id, kill_at=number) == KILLED, place
        killed, youtube = load_upload(connection, upload_id), Youtube.of(stage.sandbox, before)
        assert_truth(connection, youtube, upload_id, where=place)
        assert_session_was_committed_before_the_first_byte(killed, youtube)

        resumed = youtube.journal[-1]["id"] if youtube.journal else before
        stage.upload(connection, upload_id)
        assert_one_video(stage, connection, upload_id, before, place)
        sessions = stage.sandbox.journal("upload.session_created", before)
        opened_unknown = youtube.entries("upload.session_created") and killed.session_uri is None
        assert len(sessions) == (2 if opened_unknown else 1), place
        if "sent_bytes" in place:
            (first, *_) = stage.sandbox.journal("upload.chunk_received", resumed)
            assert first["details"]["first_byte"] == killed.sent_bytes, place
    assert_ledger_covers(connection, Youtube.of(stage.sandbox))


def test_killed_again_and_again_it_still_is_one_video(long_stage: Stage, connection: Connection) -> None:
    stage = long_stage
    places = len(events_of_an_upload(stage, connection))
    for seed in range(3):
        order = random.Random(seed)
        upload_id = stage.new_upload(connection)
        before = stage.sandbox.last_entry()
        kills = [order.randrange(places // 2) for _ in range(6)]
        for kill in kills:
            assert stage.upload_in_own_process(upload_id, kill_at=kill) in (KILLED, 0)
            assert_truth(connection, Youtube.of(stage.sandbox, before), upload_id, where=(seed, kill))
        stage.upload(connection, upload_id)
        youtube = Youtube.of(stage.sandbox, before)
        assert_truth(connection, youtube, upload_id, where=seed)
        assert len(chunks(youtube)) <= CHUNKS + len(kills), "a kill costs one chunk at most"
