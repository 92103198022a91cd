"""The plan, executed: each deletion is recorded, done and marked as done; one that is in the way of others waits.

Safe to repeat and to kill: a deletion and its mark are one transaction, and what was only recorded is done by the
next run. A table that is in use for too long is left to that run, and the others go on.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import psycopg
from psycopg import sql

from etl.warehouse.retention.plan import Chunk, Planned, boundary, held_because, make_plan, rows_of
from etl.warehouse.retention.policies import Policy
from ytempire.compliance.deletions import finish_deletion, plan_deletion
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import Retriable
from ytempire.settings import RetentionSettings

log = logging.getLogger(__name__)

_DELETE = "DELETE FROM {table} WHERE {column} < %s"
_RUN_LOCK = "SELECT pg_advisory_lock(hashtextextended('retention', 0))"
_RUN_UNLOCK = "SELECT pg_advisory_unlock(hashtextextended('retention', 0))"


@dataclass(frozen=True)
class RetentionSummary:
    """What went: rows by table, and how many chunks; what was held and why."""

    rows: dict[str, int]
    chunks: int
    held: dict[str, str]


def execute(connection: Connection, settings: RetentionSettings, *, run_id: str, now: datetime) -> RetentionSummary:
    """Delete what the retention table does not keep at ``now``.

    Raises Retriable, after everything else is done, when a table was in use for longer than ``lock_wait_seconds``.
    """
    connection.execute(_RUN_LOCK)
    try:
        return _execute(connection, settings, run_id, make_plan(connection, settings, now), now)
    finally:
        if not connection.closed:
            connection.execute(_RUN_UNLOCK)


def _execute(
    connection: Connection, settings: RetentionSettings, run_id: str, plan: Sequence[Planned], now: datetime
) -> RetentionSummary:
    rows: Counter[str] = Counter()
    chunks = 0
    busy = []
    for planned in plan:
        if planned.held:
            log.warning("retention: %s is held: %s", planned.subject, planned.held)
            continue
        try:
            rows[planned.policy.table] += _delete(connection, settings, run_id, planned, now)
            chunks += planned.chunk is not None
        except (psycopg.errors.LockNotAvailable, psycopg.errors.DeadlockDetected) as error:
            busy.append(f"{planned.subject}: {error}")
    if busy:
        raise Retriable(f"{len(busy)} deletions are left to a retry, because the table was in use: {'; '.join(busy)}")
    held = {planned.subject: planned.held for planned in plan if planned.held}
    return RetentionSummary(dict(rows), chunks, held)


def _delete(connection: Connection, settings: RetentionSettings, run_id: str, planned: Planned, now: datetime) -> int:
    chunk = planned.chunk
    details: dict[str, Any] = {"rows": planned.rows}
    if chunk is not None:
        details |= {"from": chunk.range_start.isoformat(), "to": chunk.range_end.isoformat(), "bytes": chunk.size_bytes}
    deletion = plan_deletion(
        connection,
        run_id=run_id,
        policy=planned.policy.name,
        subject=planned.subject,
        older_than=planned.older_than,
        count=planned.rows,
        details=details,
    )
    with connection.transaction():
        connection.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(f"{settings.lock_wait_seconds}s"))
        if chunk is None:
            gone = _delete_rows(connection, planned)
        else:
            gone = _drop_chunk(connection, settings, planned.policy, chunk, now)
        finish_deletion(connection, deletion, gone)
    return gone


def _delete_rows(connection: Connection, planned: Planned) -> int:
    policy = planned.policy
    statement = sql.SQL(_DELETE).format(
        table=sql.Identifier("ytempire", policy.table), column=sql.Identifier(policy.column)
    )
    return connection.execute(statement, [boundary(policy, planned.older_than)]).rowcount


def _drop_chunk(
    connection: Connection, settings: RetentionSettings, policy: Policy, chunk: Chunk, now: datetime
) -> int:
    """Drop one chunk whole; return the rows that were in it.

    Looked at again under the lock: a backfill may have written into it since, and its sums may not be there.
    """
    connection.execute(sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(sql.Identifier(*chunk.name.split("."))))
    if held := held_because(connection, settings, policy, chunk, now):
        raise Retriable(f"{policy.table} {chunk.name} was written while it was to be dropped: {held}")
    rows = rows_of(connection, policy, chunk)
    span = {"table": policy.table, "range_start": chunk.range_start, "range_end": chunk.range_end}
    connection.execute(load_sql(__package__, "chunk_drop"), span).fetchall()
    return rows
