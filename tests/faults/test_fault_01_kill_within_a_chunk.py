"""Fault 1, within a chunk: the file is read while it is sent, and the process is killed at each of these reads.

What YouTube kept of the chunk that was cut, in whole granules, is not sent again.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from upload_scene import CHUNK, KILLED, MEDIA_BYTES, Stage, open_stage, run_in_process
from upload_truth import Youtube, assert_ledger_covers, assert_truth, sha256_of

from ytempire.database.connection import Connection, connect
from ytempire.publishing.media import Media
from ytempire.publishing.store import load_upload

# Two pieces of 256 KiB are read for a chunk.
READS = 7


def killed_at_read(number: int, work: Callable[[], object]) -> int:
    """Do ``work`` in a process that is killed before it reads the file for the ``number``-th time."""
    told = 0
    read = Media.read

    def reading(self: Media, position: int, size: int) -> bytes:
        nonlocal told
        told += 1
        if told == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return read(self, position, size)

    def dying() -> None:
        Media.read = reading  # type: ignore[method-assign]
        work()

    return run_in_process(dying)


def once_received(stage: Stage, session_uri: str | None, wanted: int) -> Youtube:
    """What YouTube has when it has read what the dead process still had sent."""
    for _ in range(100):
        youtube = Youtube.of(stage.sandbox)
        if youtube.received_bytes(session_uri) == wanted:
            return youtube
        time.sleep(0.05)
    raise AssertionError(f"YouTube has {youtube.received_bytes(session_uri)} bytes, not {wanted}")


@pytest.mark.parametrize("number", range(1, READS))
def test_killed_at_any_read_the_next_process_goes_on_at_the_next_byte(
    database_url: str, connection: Connection, sandbox_url: str, small_video: Path, number: int
) -> None:
    stage = open_stage(database_url, connection, sandbox_url, small_video, upload_chunk_bytes=2 * CHUNK)
    upload_id = stage.new_upload(connection)

    def upload() -> None:
        with connect(database_url) as own:
            stage.upload(own, upload_id)

    assert killed_at_read(number, upload) == KILLED
    kept = (number - 1) * CHUNK
    youtube = once_received(stage, load_upload(connection, upload_id).session_uri, kept)
    assert_truth(connection, youtube, upload_id)
    assert youtube.videos == []

    stage.upload(connection, upload_id)
    (made,) = stage.sandbox.videos()
    assert made["sha256"] == sha256_of(small_video)
    later = stage.sandbox.journal("upload.chunk_received", youtube.journal[-1]["id"])
    assert later[0]["details"]["first_byte"] == kept
    assert later[-1]["details"]["received"] == MEDIA_BYTES
    assert sum(entry["details"]["repeated_bytes"] for entry in later) == 0
    assert len(stage.sandbox.journal("upload.session_created")) == 1
    assert_ledger_covers(connection, Youtube.of(stage.sandbox))
