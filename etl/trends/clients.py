"""Clients for the workers of the trend watch: each with a connection of its own, and with little patience.

A call is tried few times: the next run comes soon, and meanwhile the others wait for the worker.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from etl.trends.allowance import Allowance, AllowanceLedger
from etl.trends.crew import OpenClient
from ytempire.clock import Clock, system_clock
from ytempire.database.connection import connect
from ytempire.settings import Settings
from ytempire.youtube.client import YouTubeClient


def public_clients(
    settings: Settings, database_url: str, api_key: str | None, clock: Clock = system_clock
) -> OpenClient:
    """Return how to open a client for public data, whose calls draw on an allowance and on the quota ledger."""
    trends = settings.trends
    hasty = settings.youtube.model_copy(
        update={
            "max_attempts": min(trends.attempts, settings.youtube.max_attempts),
            "timeout_seconds": min(trends.timeout_seconds, settings.youtube.timeout_seconds),
            "backoff_max_seconds": min(trends.timeout_seconds, settings.youtube.backoff_max_seconds),
        }
    )

    @contextmanager
    def open_client(allowance: Allowance) -> Iterator[YouTubeClient]:
        with connect(database_url) as connection:
            ledger = AllowanceLedger(connection, hasty, allowance, clock)
            with YouTubeClient(hasty, api_key=api_key, quota=ledger, clock=clock) as client:
                yield client

    return open_client
