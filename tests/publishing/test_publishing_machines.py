"""An upload goes on wherever the same files are: the database keeps their place below the media root."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from upload_scene import CHUNK, KILLED, MEDIA_BYTES, Stage, put
from upload_truth import sha256_of

from ytempire.database.connection import Connection
from ytempire.errors import InvalidInput
from ytempire.hashing import blake3_of
from ytempire.publishing import upload_video
from ytempire.publishing.media import Chunk, Media
from ytempire.publishing.store import load_upload

ELSEWHERE = """
import sys
from uuid import UUID
from ytempire.database.connection import connect
from ytempire.publishing import upload_video
from ytempire.settings import get_settings
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.credentials import OAuthCredentials
from ytempire.youtube.quota import QuotaLedger

settings = get_settings()
with connect(settings.database_url) as connection:
    quota = QuotaLedger(connection, settings.youtube)
    with YouTubeClient(settings.youtube, credentials=OAuthCredentials(*sys.argv[2:]), quota=quota) as client:
        print(upload_video(connection, client, settings, UUID(sys.argv[1])))
"""


def test_another_machine_goes_on_at_the_next_byte(stage: Stage, connection: Connection, tmp_path: Path) -> None:
    upload_id = stage.new_upload(connection)
    assert stage.upload_in_own_process(upload_id, kill_at=f"before {put(3 * CHUNK)}") == KILLED
    kept = load_upload(connection, upload_id)
    assert not kept.media_path.is_absolute() and kept.sent_bytes == 3 * CHUNK

    root = tmp_path / "other" / "media"
    (root / kept.media_path).parent.mkdir(parents=True)
    shutil.copy(stage.media_path, root / kept.media_path)
    youtube = stage.settings.youtube
    environment = os.environ | {
        "YTEMPIRE_DATABASE_URL": stage.database_url,
        "YTEMPIRE_MEDIA_ROOT": str(root),
        "YTEMPIRE_YOUTUBE__ROOT_URL": youtube.root_url,
        "YTEMPIRE_YOUTUBE__TOKEN_URL": youtube.token_url,
    }
    tokens = (stage.credentials.client_id, stage.credentials.client_secret, stage.credentials.refresh_token)
    other = subprocess.run(
        [sys.executable, "-c", ELSEWHERE, str(upload_id), *tokens],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert [entry["video_id"] for entry in stage.sandbox.journal("video.inserted")] == [other.stdout.strip()]
    assert len(stage.sandbox.journal("upload.session_created")) == 1
    chunks = [entry["details"] for entry in stage.sandbox.journal("upload.chunk_received")]
    assert [chunk["first_byte"] for chunk in chunks] == [0, CHUNK, 2 * CHUNK, 3 * CHUNK], "its chunks are larger"
    (made,) = stage.sandbox.videos()
    assert made["sha256"] == sha256_of(stage.media_path)


def test_a_file_outside_the_media_root_is_refused(stage: Stage, connection: Connection) -> None:
    stray = Path(sys.executable)
    with pytest.raises(InvalidInput, match="does not lie below"):
        stage.new_upload(connection, media_path=stray)


def test_a_machine_without_the_file_says_so(stage: Stage, connection: Connection, tmp_path: Path) -> None:
    upload_id = stage.new_upload(connection)
    elsewhere = stage.settings.model_copy(update={"media_root": tmp_path})
    with stage.client(connection) as client, pytest.raises(InvalidInput, match="cannot be read"):
        upload_video(connection, client, elsewhere, upload_id)
    assert stage.sandbox.journal("upload.session_created") == []


def media(path: Path, digest: str | None = None) -> Media:
    return Media(path, total_bytes=path.stat().st_size, digest=digest or blake3_of(path))


def read(chunk: Chunk) -> bytes:
    """As the transport does."""
    return b"".join(iter(partial(chunk.read, 50_000), b""))


def test_a_file_is_handed_out_whole_in_whatever_order_it_is_asked_for(stage: Stage) -> None:
    whole = stage.media_path.read_bytes()
    with media(stage.media_path) as file:
        for start, size in ((3 * CHUNK, CHUNK), (3 * CHUNK, 99), (CHUNK, CHUNK), (0, CHUNK), (5 * CHUNK, 12_345)):
            assert read(file.chunk(start, size)) == whole[start : start + size]
        assert read(file.chunk(0, MEDIA_BYTES)) == whole


def test_a_chunk_is_sent_again_from_its_beginning_with_a_fresh_token(stage: Stage) -> None:
    with media(stage.media_path) as file:
        last = file.chunk(5 * CHUNK, 12_345)
        last.read(1_000)
        assert last.tell() == 1_000
        last.seek(0)
        assert read(last) == stage.media_path.read_bytes()[5 * CHUNK :]


def test_the_last_bytes_of_another_file_are_never_handed_out(stage: Stage, tmp_path: Path) -> None:
    for changed_at in (0, CHUNK + 5, MEDIA_BYTES - 1):
        other = tmp_path / "other.mp4"
        content = bytearray(stage.media_path.read_bytes())
        content[changed_at] ^= 1
        other.write_bytes(content)
        with media(other, blake3_of(stage.media_path)) as file:
            for start in range(0, 5 * CHUNK, CHUNK):
                read(file.chunk(start, CHUNK))
            last = file.chunk(5 * CHUNK, 12_345)
            last.read(12_344)
            with pytest.raises(InvalidInput, match="is not the file that was prepared"):
                last.read(1)


def test_of_another_file_no_video_comes_into_being(stage: Stage, connection: Connection, tmp_path: Path) -> None:
    upload_id = stage.new_upload(connection)
    other = tmp_path / load_upload(connection, upload_id).media_path
    other.parent.mkdir(parents=True)
    content = stage.media_path.read_bytes()
    other.write_bytes(bytes([content[0] ^ 1]) + content[1:])
    elsewhere = stage.settings.model_copy(update={"media_root": tmp_path})
    with stage.client(connection) as client, pytest.raises(InvalidInput, match="is not the file that was prepared"):
        upload_video(connection, client, elsewhere, upload_id)
    assert stage.sandbox.videos() == []
    assert load_upload(connection, upload_id).status == "failed"
    assert stage.upload(connection, upload_id), "with the right file it goes on"
    assert len(stage.sandbox.videos()) == 1


def test_a_file_that_shrinks_while_it_is_sent_is_noticed(stage: Stage, tmp_path: Path) -> None:
    copy = tmp_path / "copy.mp4"
    shutil.copy(stage.media_path, copy)
    with media(copy) as file:
        os.truncate(copy, 2 * CHUNK)
        with pytest.raises(InvalidInput, match="has become shorter"):
            file.chunk(4 * CHUNK, CHUNK)
