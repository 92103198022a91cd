"""Fault 14, publishing: a duplicate run, or a zombie beside its retry, has one side effect."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from upload_scene import CHUNK, Stage, put
from upload_truth import Youtube, assert_ledger_covers, assert_published_once, assert_truth, sha256_of
from upload_watch import Notice, watched, watched_requests

from ytempire.database.connection import Connection, connect
from ytempire.errors import Retriable
from ytempire.publishing import prepare_upload, upload_video
from ytempire.publishing.store import load_upload


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
    hasty = stage.settings.youtube.model_copy(update={"upload_lock_wait_seconds": 0.1})
    impatient = stage.settings.model_copy(update={"youtube": hasty})
    refused: list[str] = []

    def retry(event: str) -> None:
        if event.startswith(f"before {put(CHUNK)}"):
            with connect(stage.database_url) as own, stage.client(own) as client:
                try:
                    upload_video(own, client, impatient, upload_id)
                except Retriable as error:
                    refused.append(str(error))

    stage.watched_upload(upload_id, retry)
    assert refused == [f"another worker is still busy with upload {upload_id}"]
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


def test_what_follows_the_upload_happens_once(
    stage: Stage, connection: Connection, finishing_files: tuple[Path, Path]
) -> None:
    stage.collect_in_playlist(connection)
    upload_id = stage.new_upload(connection)
    stage.upload(connection, upload_id)

    def finish(_: int) -> None:
        with connect(stage.database_url) as own:
            stage.finish(own, upload_id, finishing_files)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(finish, range(4)))
    assert_published_once(connection, Youtube.of(stage.sandbox), upload_id)
    audited = connection.execute(
        "SELECT count(*) AS times FROM ytempire.audit_log WHERE action = 'video.published'"
    ).fetchone()
    assert audited == {"times": 1}


def test_videos_that_finish_at_once_share_one_new_playlist(
    stage: Stage, connection: Connection, finishing_files: tuple[Path, Path]
) -> None:
    stage.collect_in_playlist(connection)
    uploads = [stage.new_upload(connection) for _ in range(4)]

    def publish(upload_id: UUID) -> None:
        with connect(stage.database_url) as own:
            stage.upload(own, upload_id)
            stage.finish(own, upload_id, finishing_files)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(publish, uploads))
    youtube = Youtube.of(stage.sandbox)
    assert len(youtube.entries("playlist.inserted")) == 1
    assert_published_once(connection, youtube, *uploads)


def overtaken(stage: Stage, connection: Connection, request: str, retry: Callable[[Connection], object]) -> Notice:
    """A notice that takes the worker its connection, and its lock, before a request, and lets its retry finish."""
    beside: list[str] = []

    def notice(event: str) -> None:
        if event.startswith(f"before {request}") and not beside:
            beside.append(event)
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            with connect(stage.database_url) as own:
                retry(own)

    return notice


def test_a_zombie_that_lost_its_connection_and_its_retry_make_one_video(stage: Stage, connection: Connection) -> None:
    """The lock goes with the connection: for a moment both send."""
    upload_id = stage.new_upload(connection)

    def retry(own: Connection) -> None:
        stage.upload(own, upload_id)

    with pytest.raises(Retriable, match="the database went away"):
        stage.watched_upload(upload_id, overtaken(stage, connection, put(5 * CHUNK), retry))
    youtube = Youtube.of(stage.sandbox)
    assert len(youtube.entries("video.inserted")) == 1
    assert_truth(connection, youtube, upload_id)
    assert load_upload(connection, upload_id).status == "uploaded"


@pytest.mark.parametrize(
    ("request_line", "pictures"),
    [("POST /upload/youtube/v3/thumbnails/set", 2), ("POST /upload/youtube/v3/captions", 1)],
)
def test_what_a_zombie_still_sends_after_the_upload_changes_nothing(
    stage: Stage, connection: Connection, finishing_files: tuple[Path, Path], request_line: str, pictures: int
) -> None:
    """YouTube refuses a second track; a thumbnail is replaced by itself, and both requests are in the ledger."""
    upload_id = stage.new_upload(connection)
    stage.upload(connection, upload_id)

    def retry(own: Connection) -> None:
        stage.finish(own, upload_id, finishing_files)

    notice = overtaken(stage, connection, request_line, retry)
    lost = pytest.raises((Retriable, psycopg.OperationalError))
    with lost, watched(stage.database_url, notice) as zombie, watched_requests(notice):
        stage.finish(zombie, upload_id, finishing_files)
    youtube = Youtube.of(stage.sandbox)
    (video_id,) = [video["id"] for video in youtube.videos]
    sent = [entry["details"]["sha256"] for entry in youtube.entries("thumbnail.set")]
    assert sent == [sha256_of(finishing_files[0])] * pictures
    assert youtube.times("captions.inserted", video_id) == 1
    assert load_upload(connection, upload_id).status == "published"
    assert_ledger_covers(connection, youtube)
