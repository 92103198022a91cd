"""Fault 6: the access token expires in the middle of the work: one refresh, resumed."""

from __future__ import annotations

from pathlib import Path

import pytest
from upload_scene import CHUNK, Stage, put
from upload_truth import Youtube, assert_published_once
from upload_watch import Notice, watched_requests

from ytempire.database.connection import Connection

FINISHING = [
    "POST /upload/youtube/v3/thumbnails/set",
    "POST /upload/youtube/v3/captions",
    "POST /youtube/v3/playlists",
    "POST /youtube/v3/playlistItems",
]


def expiring(stage: Stage, before: str) -> Notice:
    """Lets the token expire right before a request, once."""
    expired = False

    def notice(event: str) -> None:
        nonlocal expired
        if not expired and event.startswith(f"before {before}"):
            expired = True
            stage.sandbox.post("tokens/expire")

    return notice


def test_one_refresh_and_the_upload_goes_on(stage: Stage, connection: Connection) -> None:
    upload_id = stage.new_upload(connection)
    with watched_requests(expiring(stage, put(3 * CHUNK))):
        stage.upload(connection, upload_id)
    assert len(stage.sandbox.journal("token.issued")) == 2
    assert len(stage.sandbox.journal("video.inserted")) == 1
    assert len(stage.sandbox.journal("upload.session_created")) == 1
    starts = [entry["details"]["first_byte"] for entry in stage.sandbox.journal("upload.chunk_received")]
    assert starts == [n * CHUNK for n in range(6)]


@pytest.mark.parametrize("request_before", FINISHING)
def test_one_refresh_and_what_follows_the_upload_goes_on(
    stage: Stage, connection: Connection, finishing_files: tuple[Path, Path], request_before: str
) -> None:
    stage.collect_in_playlist(connection)
    upload_id = stage.new_upload(connection)
    stage.upload(connection, upload_id)
    before = len(stage.sandbox.journal("token.issued"))
    with watched_requests(expiring(stage, request_before)):
        stage.finish(connection, upload_id, finishing_files)
    assert len(stage.sandbox.journal("token.issued")) == before + 2, "one of the new client, one refresh"
    assert_published_once(connection, Youtube.of(stage.sandbox), upload_id)
