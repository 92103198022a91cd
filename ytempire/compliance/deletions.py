"""The book of deletions: what is deleted because its time is over is written down before it is done.

A deletion that was cut short stays open in ``deletions``; who plans the same again takes up the same row.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from psycopg.types.json import Jsonb

from ytempire.database.connection import Connection, load_sql

_FINISH = "UPDATE ytempire.deletions SET done_count = %s, done_at = clock_timestamp() WHERE deletion_id = %s"


def plan_deletion(
    connection: Connection,
    *,
    run_id: str,
    policy: str,
    subject: str,
    older_than: datetime,
    count: int,
    details: dict[str, Any] | None = None,
) -> int:
    """Write down that ``count`` things of ``subject`` are about to go, and commit it; return the row's key.

    Must not be called inside a transaction: what is undone with it was not recorded.
    """
    row = connection.execute(
        load_sql(__package__, "deletion_plan"),
        {
            "run_id": run_id,
            "policy": policy,
            "subject": subject,
            "older_than": older_than,
            "count": count,
            "details": Jsonb(details or {}),
        },
    ).fetchone()
    assert row is not None  # noqa: S101 - an insert or update always answers its row
    return int(row["deletion_id"])


def finish_deletion(connection: Connection, deletion_id: int, count: int) -> None:
    """Write down that it is done and how many went; call it in the transaction of the deletion where there is one."""
    connection.execute(_FINISH, [count, deletion_id])
