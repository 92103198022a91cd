"""Validated staging into ``video_metrics``: a (channel, report, day) slice is replaced whole.

Each slice has a lock of its own, so that a retry, a second
copy of the task and an overlapping backfill give the same content as one after
the other. The newest answer wins; rows that vanished from it vanish here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from ytempire.database.connection import Connection, load_sql
from ytempire.errors import Permanent, Retriable, ValidationFailed

VIDEO_DAILY = "video_daily"
"""One row a video and Pacific day, from the Analytics API."""

_STAGED = """
SELECT channel_id, array_agg(day ORDER BY day) AS days, array_agg(DISTINCT report) AS reports
FROM ytempire.staging_slices WHERE batch_id = %s GROUP BY channel_id ORDER BY channel_id
"""
_NOTHING_SHA256 = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True)
class LoadSummary:
    """What one load did. Slices are counted, rows are those now in the warehouse."""

    slices_loaded: int
    slices_empty: int
    slices_superseded: int
    rows: int
    quarantined: int


def load_batch(connection: Connection, batch_id: str, run_id: str) -> LoadSummary:
    """Replace every slice of a batch in the warehouse by what is staged of it.

    The days of a channel are one transaction, so a killed load has replaced
    each slice wholly or not at all, and may simply be run again.

    Raises Permanent when nothing is staged under ``batch_id``, ValidationFailed
    when a slice was not validated, Retriable when staged rows were lost (the
    table is unlogged) and must be staged again.
    """
    staged = connection.execute(_STAGED, [batch_id]).fetchall()
    if not staged:
        raise Permanent(f"nothing is staged as batch {batch_id}: stage it again")
    if any(one["reports"] != [VIDEO_DAILY] for one in staged):
        raise Permanent(f"batch {batch_id} holds a report that this load does not know")
    slices = [
        one
        for channel in staged
        for one in _load_channel(connection, batch_id, run_id, channel["channel_id"], channel["days"])
    ]
    return LoadSummary(
        slices_loaded=sum(one.status == "loaded" for one in slices),
        slices_empty=sum(one.status == "empty" for one in slices),
        slices_superseded=sum(one.status == "superseded" for one in slices),
        rows=sum(one.rows for one in slices),
        quarantined=sum(one.quarantined for one in slices),
    )


@dataclass(frozen=True)
class _Slice:
    status: str
    rows: int = 0
    quarantined: int = 0


def _load_channel(
    connection: Connection, batch_id: str, run_id: str, channel_id: UUID, days: list[date]
) -> list[_Slice]:
    key: dict[str, Any] = {"batch_id": batch_id, "channel_id": channel_id, "report": VIDEO_DAILY}
    with connection.transaction():
        # A statement of its own: what was committed while we waited for the locks must be seen after it.
        connection.execute(load_sql(__package__, "slices_lock"), {**key, "days": days})
        states = connection.execute(load_sql(__package__, "slices_state"), key).fetchall()
        if [state["day"] for state in states] != days:
            raise Retriable(f"batch {batch_id} was staged anew while it was loaded")
        for state in states:
            _check(state, batch_id)
        newer = [state for state in states if not _is_superseded(state)]
        replaced = _replace(connection, key, [state["day"] for state in newer])
        slices = []
        records = []
        for state in newer:
            rows, content_sha256 = replaced.get(state["day"], (0, _NOTHING_SHA256))
            slices.append(_Slice("loaded" if rows else "empty", rows, state["quarantined_count"]))
            records.append(
                {
                    **key,
                    "day": state["day"],
                    "status": slices[-1].status,
                    "row_count": rows,
                    "quarantined_count": state["quarantined_count"],
                    "content_sha256": content_sha256,
                    "fetched_at": state["fetched_at"],
                    "run_id": run_id,
                }
            )
        with connection.cursor() as cursor:
            cursor.executemany(load_sql(__package__, "slice_record"), records)
    return slices + [_Slice("superseded")] * (len(states) - len(newer))


def _replace(connection: Connection, key: dict[str, Any], days: list[date]) -> dict[date, tuple[int, str]]:
    """Replace whole days; return rows and hash of each that has rows now."""
    if not days:
        return {}
    parameters = {**key, "days": days}
    connection.execute(load_sql(__package__, "slices_delete"), parameters)
    moved = connection.execute(load_sql(__package__, "slices_insert"), parameters)
    return {row["day"]: (row["row_count"], row["content_sha256"]) for row in moved}


def _is_superseded(state: dict[str, Any]) -> bool:
    """Whether the warehouse has an answer that was asked for later."""
    return state["loaded_fetched_at"] is not None and state["loaded_fetched_at"] > state["fetched_at"]


def _check(state: dict[str, Any], batch_id: str) -> None:
    if state["validated_at"] is None:
        raise ValidationFailed(f"batch {batch_id} holds a slice that was not validated")
    if state["rows_staged"] != state["rows_expected"]:
        raise Retriable(
            f"batch {batch_id}: {state['rows_staged']} rows of {state['day']} are staged, "
            f"{state['rows_expected']} were; stage it again"
        )


def record_failed_slices(
    connection: Connection, run_id: str, channel_id: UUID, report: str, days: list[date], message: str
) -> None:
    """Write down that ``days`` (Pacific) of a channel did not come in; loaded content stays as it is."""
    with connection.transaction():
        for day in sorted(days):
            connection.execute(
                load_sql(__package__, "slice_failed"),
                {
                    "channel_id": channel_id,
                    "report": report,
                    "day": day,
                    "run_id": run_id,
                    "error_message": message,
                },
            )
