"""Several channels are asked at the same time: each over a connection of its own, and none at another one's cost."""

from __future__ import annotations

import threading
from itertools import count
from uuid import UUID, uuid4

import pytest
from channel_rows import add_channel
from upload_scene import agree

from etl.analytics.crew import for_channels, one_at_a_time, working_channels
from ytempire.channels.archive import archive_channel
from ytempire.channels.consents import NOT_CONNECTED
from ytempire.channels.store import pause_channel
from ytempire.database.connection import Connection
from ytempire.errors import Retriable, YtempireError
from ytempire.settings import YouTubeSettings
from ytempire.youtube.client import YouTubeClient


def test_as_many_channels_as_there_are_workers_are_asked_at_once_each_over_its_own_connection(
    database_url: str,
) -> None:
    together = threading.Barrier(3, timeout=20)
    channels = [uuid4() for _ in range(3)]

    def work(connection: Connection, channel_id: UUID) -> int:
        together.wait()
        row = connection.execute("SELECT pg_backend_pid() AS pid").fetchone()
        assert row is not None
        return int(row["pid"])

    found = for_channels(database_url, 3, channels, work)
    assert list(found) == channels
    assert len({pid for pid in found.values() if isinstance(pid, int)}) == 3


def test_the_error_of_a_channel_is_its_own(database_url: str) -> None:
    channels = [uuid4() for _ in range(4)]

    def work(connection: Connection, channel_id: UUID) -> str:
        if channel_id == channels[1]:
            raise Retriable("the service is ill")
        return "done"

    found = for_channels(database_url, 2, channels, work)
    assert [one if isinstance(one, str) else type(one) for one in found.values()] == [
        "done", Retriable, "done", "done",
    ]  # fmt: skip


def test_a_fault_in_the_program_ends_it_before_the_others_are_begun(database_url: str) -> None:
    begun: list[UUID] = []

    def work(connection: Connection, channel_id: UUID) -> str:
        begun.append(channel_id)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        for_channels(database_url, 1, [uuid4() for _ in range(50)], work)
    assert len(begun) < 50


def test_a_database_that_is_away_is_no_error_of_a_channel() -> None:
    def work(connection: Connection, channel_id: UUID) -> str:
        return "done"

    with pytest.raises(YtempireError):
        for_channels("postgresql://nobody@127.0.0.1:1/none", 2, [uuid4()], work)


def test_clients_are_opened_one_after_the_other(database_url: str) -> None:
    inside, most = count(), []
    lock = threading.Lock()

    def client_of(connection: Connection, channel_id: UUID) -> YouTubeClient:
        assert lock.acquire(blocking=False)
        most.append(next(inside))
        threading.Event().wait(0.02)
        lock.release()
        return YouTubeClient(YouTubeSettings())

    opened = one_at_a_time(client_of)
    found = for_channels(database_url, 4, [uuid4() for _ in range(8)], opened)
    for client in found.values():
        assert isinstance(client, YouTubeClient)
        client.close()
    assert len(most) == 8


def test_a_channel_is_asked_from_its_first_consent_until_it_is_archived(connection: Connection) -> None:
    channel_id = add_channel(connection)
    pause_channel(connection, channel_id, NOT_CONNECTED)
    assert working_channels(connection) == []
    agree(connection, channel_id)
    assert working_channels(connection) == [channel_id]
    pause_channel(connection, channel_id, "holidays")
    assert working_channels(connection) == [channel_id]
    archive_channel(connection, channel_id, "merged", actor="a person")
    assert working_channels(connection) == []
