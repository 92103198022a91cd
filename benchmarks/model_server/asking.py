"""Somebody who asks: at a steady rate whatever the answers do, or as fast as the answers come.

Plain sockets: a client library's own work would be measured with the server's.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import numpy as np


@dataclass
class Told:
    """Status codes, and the seconds from when a request was due to its answer."""

    statuses: list[int] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    wall_seconds: float = 0.0

    def milliseconds(self, percentile: float) -> float:
        """Return a percentile of the answered requests."""
        return float(np.percentile(self.seconds, percentile)) * 1e3

    def check(self) -> None:
        """End the benchmark where not every request was answered well."""
        if set(self.statuses) != {200}:
            raise SystemExit(f"not every request was answered: {sorted(set(self.statuses))}")


class Connection:
    """A kept connection to the server."""

    def __init__(self, url: str) -> None:
        self._address = urlsplit(url)
        self._pair: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, body: bytes) -> int:
        """Post ``body``; return the status."""
        # The server closes a connection that nobody has used for a while.
        if self._pair is None or self._pair[0].at_eof():
            self._pair = await asyncio.open_connection(self._address.hostname, self._address.port)
        reader, writer = self._pair
        head = f"POST /predict HTTP/1.1\r\nHost: bench\r\nContent-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        said = (await reader.readuntil(b"\r\n\r\n")).lower()
        length = next(line for line in said.split(b"\r\n") if line.startswith(b"content-length"))
        await reader.readexactly(int(length.split(b":")[1]))
        return int(said.split()[1])


async def steadily(url: str, bodies: Sequence[bytes], per_second: float) -> Told:
    """Ask one body after the other at a steady rate, each from when it is due; an answer is not waited for."""
    told, free = Told(), [Connection(url) for _ in range(4)]
    began = time.perf_counter()

    async def one(body: bytes, due: float) -> None:
        connection = free.pop() if free else Connection(url)
        told.statuses.append(await connection.ask(body))
        told.seconds.append(time.perf_counter() - due)
        free.append(connection)

    tasks = []
    for number, body in enumerate(bodies):
        due = began + number / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(body, due)))
    await asyncio.gather(*tasks)
    told.wall_seconds = time.perf_counter() - began
    return told


async def eagerly(url: str, bodies: Sequence[bytes], at_once: int) -> Told:
    """Ask all bodies over ``at_once`` connections, each as soon as its last answer is there."""
    told, waiting = Told(), iter(bodies)
    began = time.perf_counter()

    async def one(connection: Connection) -> None:
        for body in waiting:
            asked = time.perf_counter()
            told.statuses.append(await connection.ask(body))
            told.seconds.append(time.perf_counter() - asked)

    await asyncio.gather(*(one(Connection(url)) for _ in range(at_once)))
    told.wall_seconds = time.perf_counter() - began
    return told
