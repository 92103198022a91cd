"""The rows in quarantine, as they are listed, shown and settled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from ytempire.database.connection import Connection, load_sql
from ytempire.errors import InvalidInput

_SETTLE = (
    "UPDATE ytempire.quarantined_rows SET outcome = %s, settled_at = clock_timestamp()"
    " WHERE row_id = ANY(%s) AND outcome IS NULL"
)
_REASON = "UPDATE ytempire.quarantined_rows SET reason = %s WHERE row_id = %s"


@dataclass(frozen=True)
class QuarantinedRow:
    """A refused row. ``source`` is its suite; ``outcome`` is None as long as it waits."""

    row_id: int
    source: str
    batch_id: str
    channel_id: UUID | None
    channel: str | None
    row_number: int
    payload: dict[str, Any]
    reason: str
    fetched_at: datetime | None
    quarantined_at: datetime
    outcome: str | None
    settled_at: datetime | None


def list_rows(
    connection: Connection,
    *,
    source: str | None = None,
    row_ids: Sequence[int] | None = None,
    settled: bool = False,
    limit: int | None = None,
) -> list[QuarantinedRow]:
    """Return rows in quarantine, the newest first; with ``settled`` also those that have left it."""
    values = {"source": source, "row_ids": row_ids, "settled": settled, "limit": limit}
    return [QuarantinedRow(**row) for row in connection.execute(load_sql(__package__, "rows"), values)]


def get_row(connection: Connection, row_id: int) -> QuarantinedRow:
    """Return one row. Raises InvalidInput when there is none of that number."""
    found = list_rows(connection, row_ids=[row_id], settled=True)
    if not found:
        raise InvalidInput("ROW", f"there is no row {row_id}", "See: python -m etl.quarantine list")
    return found[0]


def settle(connection: Connection, row_ids: Sequence[int], outcome: str) -> None:
    """Write down that rows have left: ``replayed`` or ``superseded``."""
    connection.execute(_SETTLE, [outcome, list(row_ids)])


def say_why(connection: Connection, row_id: int, reason: str) -> None:
    """Write down why a row is refused now."""
    connection.execute(_REASON, [reason, row_id])
