"""What would go at a moment: one line a table or chunk, counted, and held where it must not go yet.

Single figures are only dropped when their sums are there: until then their chunk is held, and says why.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from psycopg import sql

from etl.warehouse.retention.policies import Policy, policies
from ytempire.clock import pacific_day
from ytempire.database.connection import Connection, load_sql
from ytempire.settings import RetentionSettings

_COUNT = "SELECT count(*) AS n FROM {table} WHERE {column} < %s"
_COUNT_SPAN = "SELECT count(*) AS n FROM {table} WHERE {column} >= %s AND {column} < %s"


@dataclass(frozen=True)
class Chunk:
    """A chunk of a hypertable: its name and the span of time that it holds."""

    name: str
    range_start: datetime
    range_end: datetime
    size_bytes: int


@dataclass(frozen=True)
class Planned:
    """Rows of a table that are older than ``older_than``; ``held`` says why they stay all the same."""

    policy: Policy
    older_than: datetime
    rows: int
    chunk: Chunk | None = None
    held: str | None = None

    @property
    def subject(self) -> str:
        """What goes, in a word."""
        return self.policy.table if self.chunk is None else f"{self.policy.table} {self.chunk.name}"


def make_plan(connection: Connection, settings: RetentionSettings, now: datetime) -> list[Planned]:
    """Return what would go at ``now``, in the order of its going. Only reads."""
    plan: list[Planned] = []
    for policy in policies(settings):
        if policy.chunks:
            plan += _chunks(connection, settings, policy, now)
            continue
        cutoff = policy.cutoff(now)
        rows = _count(connection, _COUNT, policy, [boundary(policy, cutoff)])
        if rows:
            plan.append(Planned(policy, cutoff, rows))
    return plan


def boundary(policy: Policy, cutoff: datetime) -> Any:
    """The value that a row's column is compared with: a Pacific date where rows are days."""
    return pacific_day(cutoff) if policy.by_day else cutoff


def _chunks(connection: Connection, settings: RetentionSettings, policy: Policy, now: datetime) -> list[Planned]:
    cutoff = policy.cutoff(now)
    found = connection.execute(
        load_sql(__package__, "chunks_old"), {"table": policy.table, "older_than": cutoff}
    ).fetchall()
    plan = []
    for row in found:
        chunk = Chunk(row["chunk"], row["range_start"], row["range_end"], row["bytes"])
        rows = rows_of(connection, policy, chunk)
        plan.append(Planned(policy, cutoff, rows, chunk, held_because(connection, settings, policy, chunk, now)))
    return plan


def rows_of(connection: Connection, policy: Policy, chunk: Chunk) -> int:
    """Count the rows of a chunk."""
    return _count(connection, _COUNT_SPAN, policy, [chunk.range_start, chunk.range_end])


def held_because(
    connection: Connection, settings: RetentionSettings, policy: Policy, chunk: Chunk, now: datetime
) -> str | None:
    """Say why a chunk must not be dropped yet, or None."""
    if policy.table != "video_metrics":
        return None
    since = pacific_day(now) - timedelta(days=settings.aggregated_metrics_days)
    row = connection.execute(
        load_sql(__package__, "unrolled"),
        {"range_start": chunk.range_start, "range_end": chunk.range_end, "sums_since": since},
    ).fetchone()
    missing = row["n"] if row else 0
    return f"{missing} rows are not in the daily sums" if missing else None


def _count(connection: Connection, query: str, policy: Policy, values: list[Any]) -> int:
    statement = sql.SQL(query).format(
        table=sql.Identifier("ytempire", policy.table), column=sql.Identifier(policy.column)
    )
    row = connection.execute(statement, values).fetchone()
    return int(row["n"]) if row else 0
