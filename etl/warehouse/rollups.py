"""Daily sums by channel and by niche, computed anew for the buckets that a load touched.

The Apache edition of TimescaleDB has no continuous aggregates; these tables are
what would become of them, and always equal a full recomputation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from ytempire.database.connection import Connection, load_sql

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('rollup/' || %s::date, 0))"


@dataclass(frozen=True)
class RollupSummary:
    """How many buckets hold something after the recomputation."""

    days: int
    channel_buckets: int
    niche_buckets: int


def recompute(connection: Connection, channel_ids: Iterable[UUID], days: Iterable[date]) -> RollupSummary:
    """Compute the channel and niche buckets of ``channel_ids`` on ``days`` (Pacific) anew.

    One transaction a day, under a lock of that day: whoever comes last has seen
    every load that was committed before it. Buckets without rows are removed.
    """
    channels = sorted(set(channel_ids))
    pacific_days = sorted(set(days))
    channel_buckets = niche_buckets = 0
    for day in pacific_days:
        parameters = {"day": day, "channel_ids": channels}
        with connection.transaction():
            connection.execute(_LOCK, [day])
            channel_buckets += connection.execute(load_sql(__package__, "rollup_channels"), parameters).rowcount
            niche_buckets += connection.execute(load_sql(__package__, "rollup_niches"), parameters).rowcount
    return RollupSummary(len(pacific_days), channel_buckets, niche_buckets)
