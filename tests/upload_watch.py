"""Every effect of publishing as it happens: each statement, each commit, each request, on both of its sides."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import psycopg
from psycopg.rows import dict_row

from ytempire.database.connection import Connection
from ytempire.youtube.transport import OnceTransport

Notice = Callable[[str], None]
"""Called with "before …" and "after …" of an effect; what it raises is what the effect's caller sees."""


class _Watched(psycopg.Connection[dict[str, Any]]):
    notice: Notice

    def execute(self, query: Any, *arguments: Any, **options: Any) -> Any:
        text = _label(str(query))
        self.notice(f"before {text}")
        result = super().execute(query, *arguments, **options)
        self.notice(f"after {text}")
        return result

    @contextmanager
    def transaction(self, *arguments: Any, **options: Any) -> Iterator[Any]:
        with super().transaction(*arguments, **options) as transaction:
            yield transaction
            self.notice("before COMMIT")
        self.notice("after COMMIT")


def _label(query: str) -> str:
    lines = [line for line in query.splitlines() if not line.strip().startswith("--")]
    return " ".join(" ".join(lines).split())[:100]


def watched(database_url: str, notice: Notice) -> Connection:
    """A connection as the product opens it, that tells of each statement and commit."""
    connection = _Watched.connect(
        database_url, autocommit=True, row_factory=dict_row, options="-c timezone=UTC", connect_timeout=10
    )
    connection.notice = notice
    return connection


@contextmanager
def watched_requests(notice: Notice) -> Iterator[None]:
    """Tell of each request to Google in this process."""
    request = OnceTransport.request

    def telling(self: OnceTransport, uri: str, method: str = "GET", *arguments: Any, **options: Any) -> Any:
        headers = options.get("headers") or {}
        text = f"{method} {urlsplit(uri).path} {headers.get('content-range', '')}".rstrip()
        notice(f"before {text}")
        answer = request(self, uri, method, *arguments, **options)
        notice(f"after {text}")
        return answer

    OnceTransport.request = telling  # type: ignore[method-assign]
    try:
        yield
    finally:
        OnceTransport.request = request  # type: ignore[method-assign]


def dying(at: int | str | None) -> Notice:
    """A notice that kills its process by SIGKILL: at effect number ``at``, from 0, or at the first that begins so."""
    told = -1

    def notice(event: str) -> None:
        nonlocal told
        told += 1
        if event.startswith(at) if isinstance(at, str) else told == at:
            os.kill(os.getpid(), signal.SIGKILL)

    return notice


def kill_points(events: list[str]) -> dict[int, str]:
    """Where to kill: at the beginning, and after each effect.

    Between the end of one effect and the beginning of the next nothing happens: one kill stands for both.
    """
    return {number: event for number, event in enumerate(events) if number == 0 or event.startswith("after ")}
