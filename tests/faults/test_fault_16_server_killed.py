"""Fault 16: the PostgreSQL server itself is killed and comes back. What was committed stands, the rest never was."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from own_postgres import OwnPostgres, own_postgres
from upload_scene import Stage, open_stage
from upload_truth import Youtube, assert_ledger_covers, assert_published_once
from upload_watch import kill_points, watched, watched_requests

from ytempire.database.connection import connect
from ytempire.database.migrate import upgrade
from ytempire.errors import Retriable

EVERY = 9
"""Of the kill points every ninth, for the server needs a second to come back; sessions that end die at each."""


@pytest.fixture(scope="module")
def server(admin_database_url: str) -> Iterator[OwnPostgres]:
    with own_postgres(admin_database_url) as started:
        upgrade(started.url)
        yield started


def publish(stage: Stage, server: OwnPostgres, files: tuple[Path, Path], kill_at: int | None) -> list[str]:
    """Upload and finish a video; the server dies at effect ``kill_at``, the work is done again as a task's retry."""
    events: list[str] = []
    started = server.started

    def notice(event: str) -> None:
        events.append(event)
        if len(events) - 1 == kill_at:
            server.kill()

    with connect(server.url) as connection:
        stage.collect_in_playlist(connection)
        upload_id = stage.new_upload(connection)
    with watched_requests(notice):
        for _ in range(3):
            try:
                with watched(server.url, notice) as connection:
                    stage.upload(connection, upload_id)
                    stage.finish(connection, upload_id, files)
                break
            except (psycopg.OperationalError, Retriable):
                server.start()
    if server.process is None:
        server.start()
    assert kill_at is None or server.started == started + 1
    with connect(server.url) as connection:
        youtube = Youtube.of(stage.sandbox)
        assert_published_once(connection, youtube, upload_id)
        assert_ledger_covers(connection, youtube)
    return events


def test_a_video_is_published_once_through_restarts_of_the_server(
    server: OwnPostgres, sandbox_url: str, small_video: Path, finishing_files: tuple[Path, Path]
) -> None:
    with connect(server.url) as connection:
        stage = open_stage(server.url, connection, sandbox_url, small_video)
    publish(stage, server, finishing_files, None)  # Its playlist is made with the first video of a channel.
    moments = list(kill_points(publish(stage, server, finishing_files, None)))
    assert len(moments) > 50
    for moment in moments[::EVERY]:
        publish(stage, server, finishing_files, moment)
