"""Fault 14, publishing: a duplicate run, or a zombie beside its retry, has one side effect."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import pytest
from upload_scene import CHUNK, Stage

from ytempire.database.connection import Connection, connect
from ytempire.errors import Retriable
from ytempire.publishing import mark_published, prepare_upload, set_thumbnail, upload_captions, upload_video
from ytempire.settings import Settings


def test_two_uploads_of_one_job_at_once_make_one_video(stage: Stage, connection: Connection) -> None:
    upload_id = stage.new_upload(connection)

    def upload(_: int) -> str:
        with connect(stage.database_url) as own:
            return stage.upload(own, upload_id)

    with ThreadPoolExecutor(4) as pool:
        answers = set(pool.map(upload, range(4)))
    assert [entry["video_id"] for entry in stage.sandbox.journal("video.inserted")] == list(answers)
    assert len(stage.sandbox.journal("upload.session_created")) == 1
    assert len(stage.sandbox.journal("upload.chunk_received")) == 6


def test_a_retry_does_not_wait_for_a_zombie_forever(stage: Stage, connection: Connection) -> None:
    upload_id = stage.new_upload(connection)
    impatient = stage.settings.youtube.model_copy(update={"upload_lock_wait_seconds": 0.1})

    def retry(place: str) -> None:
        if place == f"chunk committed {CHUNK}":
            with (
                connect(stage.database_url) as own,
                stage.client(own) as client,
                pytest.raises(Retriable, match="another worker"),
            ):
                upload_video(own, client, Settings(youtube=impatient), upload_id)

    stage.upload(connection, upload_id, checkpoint=retry)
    assert len(stage.sandbox.journal("video.inserted")) == 1


def test_preparing_twice_is_the_same_upload(stage: Stage, connection: Connection) -> None:
    first = stage.new_upload(connection)
    job_id = connection.execute("SELECT job_id FROM ytempire.uploads").fetchone()
    assert job_id is not None
    assert prepare_again(stage, connection, job_id["job_id"]) == first
    rows = connection.execute("SELECT count(*) AS videos FROM ytempire.videos").fetchone()
    assert rows == {"videos": 1}


def prepare_again(stage: Stage, connection: Connection, job_id: UUID) -> UUID:
    return prepare_upload(
        connection, stage.settings, job_id, media_path=stage.media_path, title="Another title",
        description="", tags=[], privacy_status="unlisted", made_for_kids=False, duration_seconds=1,
        quality_score=80,
    )  # fmt: skip


def test_thumbnail_captions_and_publication_happen_once(
    stage: Stage, connection: Connection, finishing_files: tuple[Path, Path]
) -> None:
    upload_id = stage.new_upload(connection)
    stage.upload(connection, upload_id)
    thumbnail, captions = finishing_files

    def finish(_: int) -> tuple[str, str]:
        with connect(stage.database_url) as own, stage.client(own) as client:
            set_thumbnail(own, client, upload_id, thumbnail)
            captions_id = upload_captions(own, client, upload_id, captions, "en")
            return captions_id, mark_published(own, client, upload_id).isoformat()

    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(finish, range(4)))) == 1
    for kind in ("thumbnail.set", "captions.inserted"):
        assert len(stage.sandbox.journal(kind)) == 1, kind
    audited = connection.execute(
        "SELECT count(*) AS times FROM ytempire.audit_log WHERE action = 'video.published'"
    ).fetchone()
    assert audited == {"times": 1}
