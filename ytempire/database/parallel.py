"""Pieces of work that do not touch each other, on several connections at the same time."""

from __future__ import annotations

import queue
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager
from typing import TypeVar

from ytempire.database.connection import Connection, connect

Piece = TypeVar("Piece")
Result = TypeVar("Result")


@contextmanager
def several_connections(database_url: str, count: int) -> Iterator[list[Connection]]:
    """Open ``count`` connections as :func:`ytempire.database.connection.connect` does."""
    with ExitStack() as opened:
        yield [opened.enter_context(connect(database_url)) for _ in range(count)]


def in_parallel(
    connections: Sequence[Connection], pieces: Iterable[Piece], work: Callable[[Connection, Piece], Result]
) -> list[Result]:
    """Do ``work`` for every piece, as many at a time as there are connections; return the results in order.

    After an error the pieces that are not begun are left, those under way are finished, then it is raised.
    """
    if len(connections) == 1:
        return [work(connections[0], piece) for piece in pieces]
    free: queue.SimpleQueue[Connection] = queue.SimpleQueue()
    for connection in connections:
        free.put(connection)

    def one(piece: Piece) -> Result:
        connection = free.get()
        try:
            return work(connection, piece)
        finally:
            free.put(connection)

    threads = ThreadPoolExecutor(len(connections), thread_name_prefix="database")
    try:
        begun = [threads.submit(one, piece) for piece in pieces]
        wait(begun, return_when=FIRST_EXCEPTION)
    finally:
        threads.shutdown(cancel_futures=True)
    # Pieces are begun in order: what failed comes before all that was left.
    return [piece.result() for piece in begun]
