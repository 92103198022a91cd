"""How requests become batches: what has come while the last batch was computed is the next one.

LitServe's own loop opens a window whenever it is free, so that a lone request waits it out (or, with no window,
asks the queue without pause). This one sleeps until somebody comes; a window, if there is one, opens with the
first request and not before.
"""

from __future__ import annotations

import os
import time
from collections.abc import Sized
from queue import Empty, Queue
from typing import Any

from litserve import LitAPI
from litserve.loops.simple_loops import BatchedLoop
from litserve.transport.base import MessageTransport

from ml.serving.wires import BEGUN

_LOOK_SECONDS = 0.5

# (queue of the answers, id, when it came, what is asked)
_Waiting = tuple[int, str, float, Sized]


class Batching(BatchedLoop):  # type: ignore[misc]
    """Batches by rows: requests are joined until they have ``most_rows``; one that has more goes alone."""

    def __init__(self, most_rows: int, window_seconds: float) -> None:
        super().__init__()
        self._most_rows = most_rows
        self._window_seconds = window_seconds
        self._held: _Waiting | None = None
        self.leaving = False

    def run_batched_loop(
        self, lit_api: LitAPI, request_queue: Queue[Any], transport: MessageTransport, *others: Any, **named: Any
    ) -> None:
        """Say that it begins, and answer until the end."""
        transport.send(BEGUN, consumer_id=0)
        super().run_batched_loop(lit_api, request_queue, transport, *others, **named)

    def get_batch_requests(
        self, lit_api: LitAPI, request_queue: Queue[Any], transport: MessageTransport
    ) -> tuple[list[tuple[int, str, Any]], list[tuple[int, str]]]:
        """Return a batch, and those who have waited too long to be still there; both empty if nobody comes."""
        first = self._held or self._next(request_queue, _LOOK_SECONDS)
        self._held = None
        if first is None:
            if self.leaving:
                # At once: taking everything down that was imported takes seconds, and there is nothing to save.
                os._exit(0)
            return [], []
        taken, rows = [first], len(first[3])
        closes = first[2] + self._window_seconds
        while rows < self._most_rows:
            another = self._next(request_queue, closes - time.monotonic())
            if another is None:
                break
            rows += len(another[3])
            if rows > self._most_rows:
                self._held = another
                break
            taken.append(another)
        oldest = time.monotonic() - lit_api.request_timeout
        batch = [(queue, uid, asked) for queue, uid, came, asked in taken if came >= oldest]
        late = [(queue, uid) for queue, uid, came, _ in taken if came < oldest]
        return batch, late

    @staticmethod
    def _next(request_queue: Queue[Any], seconds: float) -> _Waiting | None:
        try:
            waiting: _Waiting = request_queue.get(timeout=max(0.0, seconds))
        except Empty:
            return None
        return waiting
