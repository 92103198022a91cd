"""A client for live statistics: public data, little patience, every call in the quota ledger."""

from __future__ import annotations

from ytempire.clock import Clock, system_clock
from ytempire.database.connection import Connection
from ytempire.settings import Settings
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.quota import QuotaLedger


def statistics_client(
    connection: Connection, settings: Settings, api_key: str | None, clock: Clock = system_clock
) -> YouTubeClient:
    """Open a client that gives up early: the next look comes within a minute."""
    freshness, youtube = settings.freshness, settings.youtube
    hasty = youtube.model_copy(
        update={
            "max_attempts": min(freshness.attempts, youtube.max_attempts),
            "timeout_seconds": min(freshness.timeout_seconds, youtube.timeout_seconds),
            "backoff_max_seconds": min(freshness.timeout_seconds, youtube.backoff_max_seconds),
        }
    )
    return YouTubeClient(hasty, api_key=api_key, quota=QuotaLedger(connection, hasty, clock), clock=clock)
