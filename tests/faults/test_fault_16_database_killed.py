"""Fault 16: the connection to PostgreSQL is killed at each statement and commit of the whole publishing of a video.

After a statement it has happened and its answer is lost, the next one does not happen. Wherever it is, the tables
agree at once, and the retry over a new connection publishes the video once.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from upload_scene import PLAYLIST, Stage, open_stage
from upload_truth import Youtube, assert_ledger_covers, assert_published_once, assert_truth
from upload_watch import Notice, watched, watched_requests

from ytempire.database.connection import Connection
from ytempire.errors import Retriable

REFUSED = (Retriable, psycopg.OperationalError)


@pytest.fixture
def generous_stage(database_url: str, connection: Connection, sandbox_url: str, one_chunk_video: Path) -> Stage:
    limits = {"videos.insert": 10_000, "default": 1_000_000, "uploads_per_channel": 10_000}
    stage = open_stage(
        database_url, connection, sandbox_url, one_chunk_video, daily_units=1_000_000, daily_uploads=10_000
    )
    stage.sandbox.post("quota", limits=limits)
    return stage


@pytest.fixture
def killer(admin_database_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(admin_database_url, autocommit=True) as admin:
        yield admin


def places_to_die(events: list[str]) -> dict[int, str]:
    """Number the statements and commits, and pick those at which to lose the connection.

    After one statement and before the next is the same place, unless a request to YouTube stands between them.
    """
    places: dict[int, str] = {}
    number, asked_youtube = 0, True
    for event in events:
        if event.split(" ", 1)[1].startswith(("GET /", "POST /", "PUT /")):
            asked_youtube = True
            continue
        if event.startswith("after ") or asked_youtube:
            places[number] = event
        number, asked_youtube = number + 1, False
    return places


def publish(stage: Stage, job_id: UUID, files: tuple[Path, Path], notice: Notice | None = None) -> UUID:
    """The whole publishing of a video, from its finished file on."""
    with watched(stage.database_url, notice or (lambda _: None)) as connection:
        upload_id = stage.new_upload(connection, job_id)
        stage.upload(connection, upload_id)
        stage.finish(connection, upload_id, files)
    return upload_id


def published_with_a_kill(stage: Stage, job_id: UUID, files: tuple[Path, Path], killer, at: int) -> None:
    """Publish over a connection that is killed at event ``at``."""
    told = -1

    def notice(event: str) -> None:
        nonlocal told
        told += 1
        if told == at:
            killer.execute("SELECT pg_terminate_backend(%s, 5000)", (connection.info.backend_pid,))
            if event.startswith("after"):
                raise psycopg.OperationalError("the server closed the connection unexpectedly")

    with watched(stage.database_url, notice) as connection:
        upload_id = stage.new_upload(connection, job_id)
        stage.upload(connection, upload_id)
        stage.finish(connection, upload_id, files)


def test_killed_at_any_statement_the_tables_agree_and_the_retry_publishes_once(
    generous_stage: Stage, connection: Connection, finishing_files: tuple[Path, Path], killer: psycopg.Connection
) -> None:
    stage = generous_stage
    stage.collect_in_playlist(connection, "The first of all")
    events: list[str] = []
    with watched_requests(events.append):
        publish(stage, stage.new_job(connection), finishing_files, events.append)
    places = places_to_die(events)
    assert sum(place == "after COMMIT" for place in places.values()) >= 4
    assert sum(place.startswith("before ") for place in places.values()) >= 9, "one for each request"
    before = 0
    for number, place in places.items():
        stage.collect_in_playlist(connection, f"{PLAYLIST} {number}")
        job_id = stage.new_job(connection)
        before = stage.sandbox.last_entry(before)
        # What unlocks is the last statement of each step: a connection that dies there has nothing to lose.
        with pytest.raises(REFUSED):
            published_with_a_kill(stage, job_id, finishing_files, killer, number)
        begun = connection.execute("SELECT upload_id FROM ytempire.uploads WHERE job_id = %s", (job_id,)).fetchall()
        assert_truth(connection, Youtube.of(stage.sandbox, before), *(row["upload_id"] for row in begun), where=place)
        upload_id = publish(stage, job_id, finishing_files)
        assert_published_once(connection, Youtube.of(stage.sandbox, before), upload_id, where=place)
    assert_ledger_covers(connection, Youtube.of(stage.sandbox))
    rows = connection.execute(
        "SELECT count(*) AS videos, count(DISTINCT job_id) AS jobs FROM ytempire.videos"
    ).fetchone()
    assert rows == {"videos": len(places) + 1, "jobs": len(places) + 1}


@pytest.mark.parametrize("reached", [True, False])
def test_a_server_that_goes_away_is_an_error_that_passes(
    generous_stage: Stage, connection: Connection, killer: psycopg.Connection, reached: bool
) -> None:
    """Whoever retries decides by the class: it is Retriable, wherever it happens."""
    stage = generous_stage
    upload_id = stage.new_upload(connection)
    with watched(stage.database_url, lambda _: None) as own:
        if reached:
            killer.execute("SELECT pg_terminate_backend(%s, 5000)", (own.info.backend_pid,))
        else:
            own.close()
        with pytest.raises(Retriable, match="the database went away"):
            stage.upload(own, upload_id)


def test_what_a_crashed_server_may_forget_is_found_out_again(
    generous_stage: Stage, connection: Connection, finishing_files: tuple[Path, Path]
) -> None:
    """Position, read-back and settling are committed without waiting for the disk; a crash takes them back."""
    stage = generous_stage
    upload_id = stage.new_upload(connection)
    video_id = stage.upload(connection, upload_id)
    connection.execute("UPDATE ytempire.uploads SET checked_at = NULL")
    connection.execute("UPDATE ytempire.quota_ledger SET state = 'reserved', settled_at = NULL")
    assert_truth(connection, Youtube.of(stage.sandbox), upload_id)
    assert stage.upload(connection, upload_id) == video_id
    stage.finish(connection, upload_id, finishing_files)
    youtube = Youtube.of(stage.sandbox)
    assert_published_once(connection, youtube, upload_id, collected=False)
    assert_ledger_covers(connection, youtube)
    row = connection.execute("SELECT checked_at FROM ytempire.uploads").fetchone()
    assert row is not None
    assert row["checked_at"] is not None
