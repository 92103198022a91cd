"""Validated staging into ``video_metrics``: a (channel, report, day) slice is replaced whole.

Each slice has a lock of its own, so that a retry, a second
copy of the task and an overlapping backfill give the same content as one after
the other. The newest answer wins; rows that vanished from it vanish here. What
is equal already is not written again, so that a reload costs little more than a look.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any
from uuid import UUID

from ytempire.clock import pacific_day_start
from ytempire.database.connection import Connection, load_sql, without_nested_loops
from ytempire.database.parallel import in_parallel
from ytempire.errors import Permanent, Retriable, ValidationFailed

VIDEO_DAILY = "video_daily"
"""One row a video and Pacific day, from the Analytics API."""

_STAGED = """
SELECT channel_id, array_agg(day ORDER BY day) AS days, array_agg(DISTINCT report) AS reports, sum(row_count) AS rows,
       count(*) AS slices
FROM ytempire.staging_slices WHERE batch_id = %s GROUP BY channel_id ORDER BY channel_id
"""
_VIDEO_IDS = "SELECT ARRAY(SELECT video_id FROM ytempire.videos WHERE channel_id = ANY(%s))::text AS video_ids"
NOTHING_SHA256 = hashlib.sha256(b"").hexdigest()
"""Of a slice without rows."""
_MOST_ROWS = 50_000
# Each slice is a lock, and PostgreSQL's table of locks holds some thousands.
_MOST_SLICES = 500


@dataclass(frozen=True)
class LoadSummary:
    """What one load did. Slices are counted, rows are those now in the warehouse."""

    slices_loaded: int
    slices_empty: int
    slices_superseded: int
    slices_refused: int
    rows: int
    quarantined: int


@dataclass(frozen=True)
class _Slice:
    channel_id: UUID
    day: date
    status: str
    rows: int = 0
    quarantined: int = 0
    content_sha256: str = NOTHING_SHA256


def load_batch(connections: Sequence[Connection], batch_id: str, run_id: str) -> LoadSummary:
    """Replace every slice of a batch in the warehouse by what is staged of it.

    Some thousand rows are one transaction, always of whole channels, as many at a time as there are connections. So a
    killed load has replaced each slice wholly or not at all, and may simply be run again.

    Raises Permanent when nothing is staged under ``batch_id``, ValidationFailed
    when a slice was not validated, Retriable when staged rows were lost (the
    table is unlogged) and must be staged again.
    """
    staged = connections[0].execute(_STAGED, [batch_id]).fetchall()
    if not staged:
        raise Permanent(f"nothing is staged as batch {batch_id}: stage it again")
    if any(one["reports"] != [VIDEO_DAILY] for one in staged):
        raise Permanent(f"batch {batch_id} holds a report that this load does not know")

    def load_group(connection: Connection, group: Sequence[dict[str, Any]]) -> list[_Slice]:
        return _load_group(connection, batch_id, run_id, group)

    slices = list(chain.from_iterable(in_parallel(connections, in_pieces(staged), load_group)))
    return LoadSummary(
        slices_loaded=sum(one.status == "loaded" for one in slices),
        slices_empty=sum(one.status == "empty" for one in slices),
        slices_superseded=sum(one.status == "superseded" for one in slices),
        slices_refused=sum(one.status == "refused" for one in slices),
        rows=sum(one.rows for one in slices),
        quarantined=sum(one.quarantined for one in slices),
    )


def in_pieces(staged: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Cut what is staged, in its order, into what goes into one transaction: by their ``rows`` and ``slices``."""
    piece: list[dict[str, Any]] = []
    rows = slices = 0
    for one in staged:
        if piece and (rows + one["rows"] > _MOST_ROWS or slices + one["slices"] > _MOST_SLICES):
            yield piece
            piece, rows, slices = [], 0, 0
        piece.append(one)
        rows += one["rows"]
        slices += one["slices"]
    yield piece


def _load_group(connection: Connection, batch_id: str, run_id: str, group: Sequence[dict[str, Any]]) -> list[_Slice]:
    wanted = [(one["channel_id"], day) for one in group for day in one["days"]]
    key = {"batch_id": batch_id, "report": VIDEO_DAILY}
    with connection.transaction(), without_nested_loops(connection):
        # A statement of its own: what was committed while we waited for the locks must be seen after it.
        connection.execute(load_sql(__package__, "slices_lock"), {**key, **_columns(wanted)})
        states = connection.execute(
            load_sql(__package__, "slices_state"), {**key, "channel_ids": [one["channel_id"] for one in group]}
        ).fetchall()
        if [(state["channel_id"], state["day"]) for state in states] != wanted:
            raise Retriable(f"batch {batch_id} was staged anew while it was loaded")
        for state in states:
            _check(state, batch_id)
        older = [state for state in states if _is_superseded(state)]
        refused = [state for state in states if _is_refused(state)]
        newer = [state for state in states if not _is_superseded(state) and not _is_refused(state)]
        contents = _replace(connection, newer)
        slices = [_slice(state, contents) for state in newer]
        _record(connection, run_id, slices, newer)
        for state in refused:
            message = f"all {state['quarantined_count']} rows are in quarantine"
            _record_failed(connection, run_id, VIDEO_DAILY, state["channel_id"], state["day"], message)
    slices += [_Slice(state["channel_id"], state["day"], "superseded") for state in older]
    return slices + [
        _Slice(state["channel_id"], state["day"], "refused", quarantined=state["quarantined_count"])
        for state in refused
    ]


def _columns(slices: Sequence[tuple[UUID, date]]) -> dict[str, list[Any]]:
    return {"channel_ids": [channel_id for channel_id, _ in slices], "days": [day for _, day in slices]}


def _replace(connection: Connection, states: Sequence[dict[str, Any]]) -> dict[tuple[UUID, date], tuple[int, str]]:
    """Replace whole slices by what is staged of them; return rows and hash of each that has rows.

    Channels with the same days are one statement: all of those days of all of those channels.
    """
    slices: defaultdict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for state in states:
        slices[state["channel_id"]].append(state)
    alike: defaultdict[tuple[date, ...], list[UUID]] = defaultdict(list)
    for channel_id, its_slices in slices.items():
        alike[tuple(state["day"] for state in its_slices)].append(channel_id)
    contents: dict[tuple[UUID, date], tuple[int, str]] = {}
    for same_days, channel_ids in alike.items():
        grid = {
            "slice_ids": [state["slice_id"] for channel_id in channel_ids for state in slices[channel_id]],
            "video_ids": ids_of_videos(connection, channel_ids),
            "times": [pacific_day_start(day) for day in same_days],
        }
        # Planned anew each time, for just these videos.
        for row in connection.execute(load_sql(__package__, "slices_replace"), grid, prepare=False):
            contents[row["channel_id"], row["day"]] = (row["row_count"], row["content_sha256"])
    return contents


def ids_of_videos(connection: Connection, channel_ids: Sequence[UUID]) -> str:
    """Return the ids of the videos of some channels, as PostgreSQL writes an array."""
    row = connection.execute(_VIDEO_IDS, [channel_ids]).fetchone()
    return str(row["video_ids"]) if row else "{}"


def _slice(state: dict[str, Any], contents: dict[tuple[UUID, date], tuple[int, str]]) -> _Slice:
    channel_id, day = state["channel_id"], state["day"]
    rows, content_sha256 = contents.get((channel_id, day), (0, NOTHING_SHA256))
    return _Slice(channel_id, day, "loaded" if rows else "empty", rows, state["quarantined_count"], content_sha256)


def _record(connection: Connection, run_id: str, slices: Sequence[_Slice], states: Sequence[dict[str, Any]]) -> None:
    connection.execute(
        load_sql(__package__, "slices_record"),
        {
            "report": VIDEO_DAILY,
            "run_id": run_id,
            **_columns([(one.channel_id, one.day) for one in slices]),
            "statuses": [one.status for one in slices],
            "row_counts": [one.rows for one in slices],
            "quarantined_counts": [one.quarantined for one in slices],
            "hashes": [one.content_sha256 for one in slices],
            "fetched": [state["fetched_at"] for state in states],
        },
    )


def _is_superseded(state: dict[str, Any]) -> bool:
    """Whether the warehouse has an answer that was asked for later."""
    return state["loaded_fetched_at"] is not None and state["loaded_fetched_at"] > state["fetched_at"]


def _is_refused(state: dict[str, Any]) -> bool:
    """Whether rows came and none is left: that is no empty day, and what is loaded stays as it is."""
    return not _is_superseded(state) and state["rows_expected"] == 0 and state["quarantined_count"] > 0


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
            _record_failed(connection, run_id, report, channel_id, day, message)


def _record_failed(connection: Connection, run_id: str, report: str, channel_id: UUID, day: date, message: str) -> None:
    values = {"channel_id": channel_id, "report": report, "day": day, "run_id": run_id, "error_message": message}
    connection.execute(load_sql(__package__, "slice_failed"), values)
