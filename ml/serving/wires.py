"""The two ways between the process that speaks HTTP and the one that predicts: ZeroMQ over a local socket.

LitServe's own queues live in a third process, so that every request takes four round trips through it. Here a
message goes straight to the one who reads it, also to one that was started again. Messages are pickled: only this
user may enter the folder of the sockets.
"""

from __future__ import annotations

import pickle
from pathlib import Path
from queue import Empty
from typing import Any

import zmq
import zmq.asyncio
from litserve.transport.base import MessageTransport


class Wire(MessageTransport):  # type: ignore[misc]
    """One direction: a queue of requests, or LitServe's transport of answers. It opens where it is first used."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._socket: Any = None

    def __reduce__(self) -> tuple[type[Wire], tuple[str]]:
        return Wire, (self._address,)

    def put(self, item: Any) -> None:
        """Send ``item``; it waits here while nobody reads."""
        if self._socket is None:
            self._socket = zmq.Context.instance().socket(zmq.PUSH)
            self._socket.connect(self._address)
        self._socket.send(pickle.dumps(item, protocol=5))

    def get(self, timeout: float = 0) -> Any:
        """Return the next item. Raises Empty if none comes within ``timeout`` seconds."""
        if self._socket is None:
            self._socket = zmq.Context.instance().socket(zmq.PULL)
            self._socket.bind(self._address)
        if not self._socket.poll(round(timeout * 1_000)):
            raise Empty
        return pickle.loads(self._socket.recv())  # noqa: S301 -- our own process wrote it

    def send(self, item: Any, consumer_id: int) -> None:
        """Send an answer; there is one process that speaks HTTP."""
        self.put(item)

    async def areceive(self, timeout: int | None = None, consumer_id: int | None = None) -> Any:
        """Return the next answer."""
        if self._socket is None:
            self._socket = zmq.asyncio.Context.instance().socket(zmq.PULL)
            self._socket.bind(self._address)
        return pickle.loads(await self._socket.recv())  # noqa: S301 -- our own process wrote it

    def close(self, **_: Any) -> None:
        """Close this end."""
        if self._socket is not None:
            self._socket.close(linger=0)
            self._socket = None


def wires(folder: Path) -> tuple[Wire, Wire]:
    """Return the way of the requests and the way of the answers, through sockets in ``folder``."""
    return Wire(f"ipc://{folder}/asked"), Wire(f"ipc://{folder}/answered")
