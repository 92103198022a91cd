"""The two ways between the process that speaks HTTP and the one that predicts: ZeroMQ over a local socket.

LitServe's own queues live in a third process, so that every request takes four round trips through it. Here a
message goes straight to the one who reads it, also to one that was started again: that one says so, and is sent what
the one before it took along. Messages are pickled: only this user may enter the folder of the sockets.
"""

from __future__ import annotations

import pickle
from pathlib import Path
from queue import Empty
from typing import Any

import zmq
import zmq.asyncio
from litserve.transport.base import MessageTransport

# What a process says when it begins to predict.
BEGUN = "begun"


class Wire:
    """One direction. It opens where it is first used."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._socket: Any = None

    def put(self, item: Any) -> None:
        """Send ``item``; it waits here while nobody reads."""
        if self._socket is None:
            self._socket = zmq.Context.instance().socket(zmq.PUSH)
            self._socket.connect(self._address)
        self._socket.send(pickle.dumps(item, protocol=5))

    def close(self, **_: Any) -> None:
        """Close this end."""
        if self._socket is not None:
            self._socket.close(linger=0)
            self._socket = None


class Asked(Wire):
    """The way of the requests, (queue of the answers, id, when it came, what is asked): a queue, as LitServe has it."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self._unanswered: dict[str, Any] = {}

    def __reduce__(self) -> tuple[type[Asked], tuple[str]]:
        return Asked, (self._address,)

    def put(self, item: Any) -> None:
        """Send a request, and keep it until it is answered."""
        self._unanswered[item[1]] = item
        super().put(item)

    def get(self, timeout: float = 0) -> Any:
        """Return the next request. Raises Empty if none comes within ``timeout`` seconds."""
        if self._socket is None:
            self._socket = zmq.Context.instance().socket(zmq.PULL)
            self._socket.bind(self._address)
        if not self._socket.poll(round(timeout * 1_000)):
            raise Empty
        return pickle.loads(self._socket.recv())  # noqa: S301 -- our own process wrote it

    def answered(self, uid: str) -> None:
        """Forget a request."""
        self._unanswered.pop(uid, None)

    def put_again(self) -> None:
        """Send what is not answered once more, and not a third time: it may be what stops who reads it."""
        for item in self._unanswered.values():
            super().put(item)
        self._unanswered.clear()


class Answered(Wire, MessageTransport):  # type: ignore[misc]
    """The way of the answers, (id, the answer and what LitServe knows of it): LitServe's transport."""

    def __init__(self, address: str, asked: Asked) -> None:
        super().__init__(address)
        self._asked = asked

    def __reduce__(self) -> tuple[type[Answered], tuple[str, Asked]]:
        return Answered, (self._address, self._asked)

    def send(self, item: Any, consumer_id: int) -> None:
        """Send an answer; there is one process that speaks HTTP."""
        self.put(item)

    async def areceive(self, timeout: int | None = None, consumer_id: int | None = None) -> Any:
        """Return the next answer."""
        if self._socket is None:
            self._socket = zmq.asyncio.Context.instance().socket(zmq.PULL)
            self._socket.bind(self._address)
        while (item := pickle.loads(await self._socket.recv())) == BEGUN:  # noqa: S301 -- our own process wrote it
            self._asked.put_again()
        self._asked.answered(item[0])
        return item


def wires(folder: Path) -> tuple[Asked, Answered]:
    """Return the way of the requests and the way of the answers, through sockets in ``folder``."""
    asked = Asked(f"ipc://{folder}/asked")
    return asked, Answered(f"ipc://{folder}/answered", asked)
