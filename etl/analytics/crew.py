"""Asks for several channels at the same time: a few workers, each with a connection of its own.

A channel mostly waits, for YouTube and for the database; while one waits, another one is read.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeVar
from uuid import UUID

from ytempire.database.connection import Connection
from ytempire.database.parallel import in_parallel, several_connections
from ytempire.errors import YtempireError
from ytempire.youtube.client import YouTubeClient

Result = TypeVar("Result")
_CHANNELS = """
SELECT channel_id FROM ytempire.channels AS channel
WHERE status = 'active'
   OR status = 'paused' AND EXISTS (
       SELECT FROM ytempire.channel_consents AS consent WHERE consent.channel_id = channel.channel_id
   )
ORDER BY channel_id
"""
ClientOf = Callable[[Connection, UUID], YouTubeClient]
"""Opens a client that acts for a channel; what it keeps in the database goes over the worker's connection."""


def working_channels(connection: Connection) -> list[UUID]:
    """Return the active channels, and those paused that have been connected: one that never was tells nothing."""
    return [row["channel_id"] for row in connection.execute(_CHANNELS)]


def for_channels(
    database_url: str, workers: int, channel_ids: Sequence[UUID], work: Callable[[Connection, UUID], Result]
) -> dict[UUID, Result | YtempireError]:
    """Do ``work`` for every channel, ``workers`` at a time; return in their order what each gave, or its error.

    Raises what is no error of a channel (a database that is away, a fault in the program): those not begun are left.
    """

    def one(connection: Connection, channel_id: UUID) -> Result | YtempireError:
        try:
            return work(connection, channel_id)
        except YtempireError as error:
            return error

    with several_connections(database_url, max(1, min(workers, len(channel_ids)))) as connections:
        return dict(zip(channel_ids, in_parallel(connections, channel_ids, one), strict=True))


def one_at_a_time(client_of: ClientOf) -> ClientOf:
    """Open clients one after the other: the first builds what all share."""
    lock = threading.Lock()

    def open_client(connection: Connection, channel_id: UUID) -> YouTubeClient:
        with lock:
            return client_of(connection, channel_id)

    return open_client
