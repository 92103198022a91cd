"""Looks at sources at the same time: a few workers, each with a client of its own."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from etl.trends.allowance import Allowance
from etl.trends.sources import Sightings, TrendSource
from ytempire.errors import Retriable, YtempireError
from ytempire.youtube.client import YouTubeClient

log = logging.getLogger(__name__)

OpenClient = Callable[[Allowance], AbstractContextManager[YouTubeClient]]
"""Opens a client for one worker, whose calls draw on the allowance."""


class OutOfTime(Retriable):
    """The run's time was over before this source's turn came: the next run looks at it."""


@dataclass(frozen=True)
class Outcome:
    """What a source answered, or why it did not; ``units`` is what that cost."""

    source: TrendSource
    answer: Sightings | None
    error: YtempireError | None
    units: int


class Crew:
    """The workers of one run. A source that fails leaves the others working."""

    def __init__(self, open_client: OpenClient, allowance: Allowance, *, workers: int, seconds: float) -> None:
        self._open_client = open_client
        self._allowance = allowance
        self._deadline = time.monotonic() + seconds
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="trends")
        self._own = threading.local()
        self._clients = ExitStack()
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._threads.shutdown(cancel_futures=True)
        self._clients.close()

    def look(self, sources: Sequence[TrendSource]) -> list[Outcome]:
        """Look at all of them and return the outcomes in their order.

        Raises what is no error of a source (a database that is away, a fault in the program).
        """
        return list(self._threads.map(self._look_at, sources))

    def _look_at(self, source: TrendSource) -> Outcome:
        before = self._allowance.spent_by_this_thread
        answer, error = None, None
        try:
            if time.monotonic() > self._deadline:
                raise OutOfTime(f"{source.name}: the run's time was over")
            answer = source.fetch(self._client())
        except YtempireError as problem:
            log.warning("trend source %s %s failed: %s", source.kind, source.name, problem)
            error = problem
        return Outcome(source, answer, error, self._allowance.spent_by_this_thread - before)

    def _client(self) -> YouTubeClient:
        if not hasattr(self._own, "client"):
            # One after the other: the first builds what all share.
            with self._lock:
                self._own.client = self._clients.enter_context(self._open_client(self._allowance))
        client_of_this_thread: YouTubeClient = self._own.client
        return client_of_this_thread
