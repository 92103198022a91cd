"""Pieces of work on several connections: in order, as many at a time as there are, and none after an error."""

from __future__ import annotations

import threading

import pytest

from ytempire.database.connection import Connection
from ytempire.database.parallel import in_parallel, several_connections
from ytempire.errors import Retriable


def backend(connection: Connection) -> int:
    return connection.info.backend_pid


@pytest.mark.parametrize("count", [1, 3])
def test_the_results_come_in_the_order_of_the_pieces(database_url: str, count: int) -> None:
    def work(connection: Connection, piece: int) -> int:
        row = connection.execute("SELECT %s * 2 AS doubled, pg_sleep(%s)", [piece, 0.02 / piece]).fetchone()
        return int(row["doubled"]) if row else 0

    with several_connections(database_url, count) as connections:
        assert in_parallel(connections, range(1, 8), work) == [2, 4, 6, 8, 10, 12, 14]


def test_each_connection_does_one_piece_at_a_time(database_url: str) -> None:
    together, meeting = [], threading.Barrier(2, timeout=10)

    def work(connection: Connection, _: int) -> int:
        together.append(meeting.wait())
        return backend(connection)

    with several_connections(database_url, 2) as connections:
        used = in_parallel(connections, range(4), work)
        assert set(used) == {backend(connection) for connection in connections}
    assert sorted(together) == [0, 0, 1, 1]


def test_after_an_error_no_other_piece_is_begun(database_url: str) -> None:
    begun = []

    def work(connection: Connection, piece: int) -> None:
        begun.append(piece)
        if piece == 0:
            raise Retriable("gone")
        connection.execute("SELECT pg_sleep(0.2)")

    # So many that the first has failed while they are still handed out.
    with several_connections(database_url, 2) as connections, pytest.raises(Retriable, match="gone"):
        in_parallel(connections, range(5_000), work)
    assert len(begun) < 10
