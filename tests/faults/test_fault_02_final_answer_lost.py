"""Fault 2: YouTube has the video and we never hear of it. Fault 3: the session is gone on top of that."""

from __future__ import annotations

import pytest
from upload_scene import CHUNK, MEDIA_BYTES, Stage

from ytempire.database.connection import Connection
from ytempire.errors import Retriable
from ytempire.publishing.store import load_upload
from ytempire.settings import Settings

UPLOADS = "/upload/youtube/v3/videos"
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
    assert stage.upload_in_own_process(upload_id, kill_at=f"chunk sent {LAST_CHUNK * CHUNK}") == -9
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


def test_a_gone_session_without_a_video_is_followed_by_exactly_one_new_one(
    stage: Stage, connection: Connection
) -> None:
    upload_id = stage.new_upload(connection)
    assert stage.upload_in_own_process(upload_id, kill_at=f"chunk committed {2 * CHUNK}") == -9
    stage.sandbox.fault(UPLOADS, method="PUT", status=404)
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


def test_an_uploads_playlist_that_lags_behind_is_looked_at_again(stage: Stage, connection: Connection) -> None:
    upload_id = stage.new_upload(connection)
    stage.upload_in_own_process(upload_id, kill_at="answered")
    stage.sandbox.fault(UPLOADS, method="PUT", status=404, times=-1)
    empty = {"kind": "youtube#playlistItemListResponse", "items": []}
    stage.sandbox.fault("/youtube/v3/playlistItems", status=200, body=empty, times=2)
    assert stage.settings.youtube.reconcile_looks == Settings().youtube.reconcile_looks == 3
    assert [stage.upload(connection, upload_id)] == inserted(stage)
    assert len(stage.sandbox.journal("upload.session_created")) == 1
