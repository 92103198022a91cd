"""Fault 4: killed between the creation of a session and its commit: the orphan stays unused, one video."""

from __future__ import annotations

from upload_scene import KILLED, Stage
from upload_truth import Youtube, assert_truth

from ytempire.database.connection import Connection
from ytempire.publishing.store import load_upload

SESSION_OPENED = "after POST /upload/youtube/v3/videos"


def test_a_session_that_was_opened_and_never_committed_is_left_alone(stage: Stage, connection: Connection) -> None:
    upload_id = stage.new_upload(connection)
    assert stage.upload_in_own_process(upload_id, kill_at=SESSION_OPENED) == KILLED
    assert load_upload(connection, upload_id).session_uri is None
    stage.upload(connection, upload_id)
    youtube = Youtube.of(stage.sandbox)
    orphan, used = (entry["details"]["upload_id"] for entry in youtube.entries("upload.session_created"))
    chunks = {entry["details"]["upload_id"] for entry in youtube.entries("upload.chunk_received")}
    assert chunks == {used} and orphan != used
    assert len(youtube.entries("video.inserted")) == 1
    assert_truth(connection, youtube, upload_id)


def test_however_often_that_happens_each_session_is_preceded_by_a_look(stage: Stage, connection: Connection) -> None:
    upload_id = stage.new_upload(connection)
    for _ in range(3):
        assert stage.upload_in_own_process(upload_id, kill_at=SESSION_OPENED) == KILLED
    before = stage.sandbox.last_entry()
    stage.upload(connection, upload_id)
    kinds = [
        entry["details"].get("method") or entry["kind"]
        for entry in stage.sandbox.journal(after=before)
        if entry["kind"] in ("quota.charged", "upload.session_created")
    ]
    assert kinds.index("youtube.playlistItems.list") < kinds.index("youtube.videos.insert")
    assert len(stage.sandbox.journal("video.inserted")) == 1
