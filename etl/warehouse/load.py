"""Validated staging into ``video_metrics``: a (channel, report, day) slice is replaced whole.

Each slice is one transaction under a lock of its own, so that a retry, a second
copy of the task and an overlapping backfill give the same content as one after
the other. The newest answer wins; rows that vanished from it vanish here.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from ytempire.database.connection import Connection, load_sql
from ytempire.errors import Permanent, Retriable, ValidationFailed

VIDEO_DAILY = "video_daily"
"""One row a video and Pacific day, from the Analytics API."""

_STAGED = "SELECT channel_id, report, day FROM ytempire.staging_slices WHERE batch_id = %s ORDER BY 1, 2, 3"


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

    Slices are taken in the order of (channel, report, day), each in its own
    transaction: a killed load has replaced some slices wholly and the others
    not at all, and may simply be run again.

    Raises Permanent when nothing is staged under ``batch_id``, ValidationFailed
    when a slice was not validated, Retriable when staged rows were lost (the
    table is unlogged) and must be staged again.
    """
    slices = connection.execute(_STAGED, [batch_id]).fetchall()
    if not slices:
        raise Permanent(f"nothing is staged as batch {batch_id}: stage it again")
    outcomes = [_load_slice(connection, batch_id, run_id, **one) for one in slices]
    return LoadSummary(
        slices_loaded=sum(o.status == "loaded" for o in outcomes),
        slices_empty=sum(o.status == "empty" for o in outcomes),
        slices_superseded=sum(o.status == "superseded" for o in outcomes),
        rows=sum(o.rows for o in outcomes),
        quarantined=sum(o.quarantined for o in outcomes),
    )


@dataclass(frozen=True)
class _Outcome:
    status: str
    rows: int = 0
    quarantined: int = 0


def _load_slice(
    connection: Connection, batch_id: str, run_id: str, *, channel_id: UUID, report: str, day: date
) -> _Outcome:
    if report != VIDEO_DAILY:
        raise Permanent(f"there is no load for the report {report}")
    key: dict[str, Any] = {"batch_id": batch_id, "channel_id": channel_id, "report": report, "day": day}
    with connection.transaction():
        # Two statements: what was committed while we waited for the lock must be seen after it.
        connection.execute(load_sql(__package__, "slice_lock"), key)
        state = connection.execute(load_sql(__package__, "slice_state"), key).fetchone()
        if state is None:
            raise Retriable(f"batch {batch_id} was staged anew while it was loaded")
        _check(state, batch_id)
        if state["loaded_fetched_at"] is not None and state["loaded_fetched_at"] > state["fetched_at"]:
            return _Outcome("superseded")
        connection.execute(load_sql(__package__, "slice_delete"), key)
        moved = connection.execute(load_sql(__package__, "slice_insert"), key).fetchone()
        assert moved is not None  # noqa: S101 - an aggregate always answers one row
        outcome = _Outcome("loaded" if moved["row_count"] else "empty", moved["row_count"], state["quarantined_count"])
        connection.execute(
            load_sql(__package__, "slice_record"),
            {
                **key,
                "status": outcome.status,
                "row_count": outcome.rows,
                "quarantined_count": outcome.quarantined,
                "content_sha256": moved["content_sha256"],
                "fetched_at": state["fetched_at"],
                "run_id": run_id,
            },
        )
    return outcome


def _check(state: dict[str, Any], batch_id: str) -> None:
    if state["validated_at"] is None:
        raise ValidationFailed(f"batch {batch_id} holds a slice that was not validated")
    if state["rows_staged"] != state["rows_expected"]:
        raise Retriable(
            f"batch {batch_id}: {state['rows_staged']} rows of a slice are staged, "
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
