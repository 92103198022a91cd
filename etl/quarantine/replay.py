"""Tries rows in quarantine again, by the same suites, and lets those that pass go where they belonged.

A dry run does everything but the last step. One replay at a time; what was replayed stays written down.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from etl.quarantine import bulk_reports, snapshots, video_days
from etl.quarantine.rows import QuarantinedRow, say_why, settle
from etl.quarantine.verdicts import State
from ytempire.database.connection import Connection
from ytempire.errors import Conflict, ValidationFailed
from ytempire.settings import Settings

_LOCK = "SELECT pg_try_advisory_lock(hashtextextended('quarantine', 0)) AS free"
_UNLOCK = "SELECT pg_advisory_unlock(hashtextextended('quarantine', 0))"

_WAYS = {
    video_days.SOURCE: video_days.replay_slice,
    snapshots.SOURCE: snapshots.replay_snapshots,
    **dict.fromkeys(bulk_reports.SOURCES, bulk_reports.replay_report),
}
_NO_WAY = "features are computed anew: the next run that computes them tells whether they are sound"


@dataclass(frozen=True)
class Outcome:
    """What becomes of a row, and why."""

    row: QuarantinedRow
    state: State
    why: str


def replay(
    connection: Connection, settings: Settings, rows: Sequence[QuarantinedRow], *, dry_run: bool
) -> list[Outcome]:
    """Try ``rows`` again and return what becomes of each; with ``dry_run`` nothing changes.

    Raises Conflict when another replay is at work.
    """
    groups: defaultdict[tuple[object, ...], list[QuarantinedRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda one: one.row_id):
        groups[row.source, row.batch_id, row.channel_id, row.payload.get("day")].append(row)
    outcomes = []
    with _alone(connection):
        for (source, *_), group in groups.items():
            outcomes += _outcomes(connection, settings, str(source), group, dry_run)
    return outcomes


def _outcomes(
    connection: Connection, settings: Settings, source: str, group: list[QuarantinedRow], dry_run: bool
) -> list[Outcome]:
    if source not in _WAYS:
        return [Outcome(row, "blocked", _NO_WAY) for row in group]
    try:
        verdicts = _WAYS[source](connection, settings, group, dry_run=dry_run)
    except ValidationFailed as error:
        return [Outcome(row, "blocked", str(error)) for row in group]
    if not dry_run:
        for state in ("replayed", "superseded"):
            settle(connection, [row_id for row_id, (one, _) in verdicts.items() if one == state], state)
        for row_id, (state, why) in verdicts.items():
            if state == "refused":
                say_why(connection, row_id, why)
    return [Outcome(row, *verdicts[row.row_id]) for row in group]


@contextmanager
def _alone(connection: Connection) -> Iterator[None]:
    if connection.execute(_LOCK).fetchone() != {"free": True}:
        raise Conflict("another replay is at work: try again when it has ended")
    try:
        yield
    finally:
        connection.execute(_UNLOCK)
