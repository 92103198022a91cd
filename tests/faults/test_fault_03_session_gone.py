"""Fault 3: the session is gone. YouTube is asked for the video first, then exactly one new session is opened."""

from __future__ import annotations

import pytest
from upload_scene import CHUNK, KILLED, Stage, put

from ytempire.database.connection import Connection
from ytempire.errors import Retriable
from ytempire.publishing import upload_video
from ytempire.youtube.client import YouTubeClient

UPLOADS = "/upload/youtube/v3/videos"


def inserted(stage: Stage) -> list[str]:
    return [entry["video_id"] for entry in stage.sandbox.journal("video.inserted")]


def test_a_gone_session_without_a_video_is_followed_by_exactly_one_new_one(
    stage: Stage, connection: Connection
) -> None:
    upload_id = stage.new_upload(connection)
    assert stage.upload_in_own_process(upload_id, kill_at=f"before {put(2 * CHUNK)}") == KILLED
    stage.sandbox.post("uploads/forget")
    assert [stage.upload(connection, upload_id)] == inserted(stage)
    assert len(stage.sandbox.journal("upload.session_created")) == 2


def test_sessions_that_keep_vanishing_end_the_attempt(stage: Stage, connection: Connection) -> None:
    upload_id = stage.new_upload(connection)
    stage.sandbox.fault(UPLOADS, method="PUT", status=404, times=-1)
    with pytest.raises(Retriable, match="vanished"):
        stage.upload(connection, upload_id)
    assert len(stage.sandbox.journal("upload.session_created")) == 1
    stage.sandbox.clear_faults()
    assert [stage.upload(connection, upload_id)] == inserted(stage)


def test_a_session_that_never_got_its_last_bytes_is_replaced_at_the_first_look(
    stage: Stage, connection: Connection
) -> None:
    upload_id = stage.new_upload(connection)
    assert stage.upload_in_own_process(upload_id, kill_at=f"after {put(CHUNK)}") == KILLED
    stage.sandbox.post("uploads/forget")
    before = stage.sandbox.last_entry()
    patient = stage.settings.youtube.model_copy(update={"reconcile_patience_seconds": 900})
    with YouTubeClient(patient, credentials=stage.credentials) as client:
        upload_video(connection, client, stage.settings, upload_id)
    looks = [entry for entry in stage.sandbox.journal("quota.charged", before)
             if entry["details"]["method"] == "youtube.playlistItems.list"]  # fmt: skip
    assert len(looks) == 1
    assert len(inserted(stage)) == 1


def test_a_database_from_before_the_upload_does_not_send_it_again(stage: Stage, connection: Connection) -> None:
    """A restored backup: the row knows of no session, and of no attempt."""
    upload_id = stage.new_upload(connection)
    youtube_video_id = stage.upload(connection, upload_id)
    connection.execute(
        "UPDATE ytempire.uploads SET status = 'pending', session_uri = NULL, youtube_video_id = NULL, attempts = 0,"
        " sent_bytes = 0, last_bytes_at = NULL, checked_at = NULL, created_at = created_at - interval '6 hours'"
    )
    connection.execute("UPDATE ytempire.videos SET status = 'approved', youtube_video_id = NULL")
    assert stage.upload(connection, upload_id) == youtube_video_id
    assert inserted(stage) == [youtube_video_id]
    assert len(stage.sandbox.journal("upload.session_created")) == 1
