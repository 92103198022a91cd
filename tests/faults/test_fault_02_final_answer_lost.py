"""Fault 2: YouTube has the video and we never hear of it, from its session or, when that is gone too, at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from upload_scene import CHUNK, KILLED, MEDIA_BYTES, Stage, put
from upload_truth import Youtube, assert_truth

from ytempire.database.connection import Connection
from ytempire.errors import Deferred
from ytempire.publishing import due_uploads, upload_video
from ytempire.publishing.store import load_upload
from ytempire.settings import Settings
from ytempire.youtube.client import YouTubeClient

UPLOADS = "/upload/youtube/v3/videos"
EMPTY = {"kind": "youtube#playlistItemListResponse", "items": []}
LAST_CHUNK = MEDIA_BYTES // CHUNK


def inserted(stage: Stage) -> list[str]:
    return [entry["video_id"] for entry in stage.sandbox.journal("video.inserted")]


def test_the_session_tells_that_the_video_exists(stage: Stage, connection: Connection) -> None:
    upload_id = stage.new_upload(connection)
    stage.sandbox.fault(UPLOADS, method="PUT", cut="after", skip=LAST_CHUNK)
    assert stage.upload(connection, upload_id) == inserted(stage)[0]
    assert len(inserted(stage)) == 1
    assert len(stage.sandbox.journal("upload.session_created")) == 1


def test_a_later_process_asks_the_session(stage: Stage, connection: Connection) -> None:
    upload_id = stage.new_upload(connection)
    assert stage.upload_in_own_process(upload_id, kill_at=f"after {put(LAST_CHUNK * CHUNK)}") == KILLED
    assert load_upload(connection, upload_id).youtube_video_id is None
    assert [stage.upload(connection, upload_id)] == inserted(stage)


def test_the_marker_tells_when_the_session_is_gone(stage: Stage, connection: Connection) -> None:
    upload_id = stage.new_upload(connection)
    stage.sandbox.fault(UPLOADS, method="PUT", cut="after", skip=LAST_CHUNK)
    stage.sandbox.fault(UPLOADS, method="PUT", status=404, skip=LAST_CHUNK, times=-1)
    assert [stage.upload(connection, upload_id)] == inserted(stage)
    assert len(stage.sandbox.journal("upload.session_created")) == 1
    assert load_upload(connection, upload_id).status == "uploaded"


def test_a_session_that_still_says_go_on_is_not_believed(stage: Stage, connection: Connection) -> None:
    upload_id = stage.new_upload(connection)
    stage.sandbox.fault(UPLOADS, method="PUT", cut="after", skip=LAST_CHUNK)
    whole = {"range": f"bytes=0-{MEDIA_BYTES - 1}"}
    stage.sandbox.fault(UPLOADS, method="PUT", status=308, body="", headers=whole, skip=LAST_CHUNK, times=-1)
    assert [stage.upload(connection, upload_id)] == inserted(stage)
    assert len(stage.sandbox.journal("upload.session_created")) == 1


def test_an_uploads_playlist_that_lags_behind_is_looked_at_again(stage: Stage, connection: Connection) -> None:
    upload_id = answer_lost(stage, connection)
    stage.sandbox.fault("/youtube/v3/playlistItems", status=200, body=EMPTY, times=2)
    assert stage.settings.youtube.reconcile_looks == Settings().youtube.reconcile_looks == 3
    assert [stage.upload(connection, upload_id)] == inserted(stage)
    assert len(stage.sandbox.journal("upload.session_created")) == 1


def answer_lost(stage: Stage, connection: Connection) -> UUID:
    """An upload whose worker was killed by the answer that its video exists; its session is gone since."""
    upload_id = stage.new_upload(connection)
    assert stage.upload_in_own_process(upload_id, kill_at=f"after {put(LAST_CHUNK * CHUNK)}") == KILLED
    stage.sandbox.fault(UPLOADS, method="PUT", status=404, times=-1)
    return upload_id


def test_a_video_that_stays_unseen_is_waited_for_before_another_is_sent(stage: Stage, connection: Connection) -> None:
    upload_id = answer_lost(stage, connection)
    patient = stage.settings.youtube.model_copy(update={"reconcile_patience_seconds": 900})
    stage.sandbox.fault("/youtube/v3/playlistItems", status=200, body=EMPTY, times=3)
    with YouTubeClient(patient, credentials=stage.credentials) as client, pytest.raises(Deferred) as caught:
        upload_video(connection, client, stage.settings, upload_id)
    assert timedelta(minutes=14) < caught.value.until - datetime.now(UTC) < timedelta(minutes=15)
    assert_truth(connection, Youtube.of(stage.sandbox), upload_id)
    assert [due.upload_id for due in due_uploads(connection, stage.settings.youtube, lambda: caught.value.until)] == [
        upload_id
    ]
    # By then YouTube shows it, or it never came into being.
    assert [stage.upload(connection, upload_id)] == inserted(stage)
    assert len(stage.sandbox.journal("upload.session_created")) == 1


def test_a_marker_is_found_however_many_videos_have_come_since(stage: Stage, connection: Connection) -> None:
    first = answer_lost(stage, connection)
    stage.sandbox.clear_faults()
    for _ in range(3):
        stage.upload(connection, stage.new_upload(connection))
    stage.sandbox.fault(UPLOADS, method="PUT", status=404, times=-1)
    with stage.client(connection) as client, pytest.MonkeyPatch.context() as patch:
        patch.setattr("ytempire.youtube.lists.PAGE", 2)
        assert upload_video(connection, client, stage.settings, first) == inserted(stage)[0]
    assert len(inserted(stage)) == 4
