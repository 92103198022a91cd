"""Rows of the daily video report back into their slice, which is then replaced whole, as by any load.

The slice is what the warehouse holds of that very answer and the rows that come back to it. A row of an answer that
a newer one has replaced is out of date; one whose answer never came into the warehouse has nothing to come back to.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from etl.analytics.extract import FetchedDay, write_batch
from etl.analytics.reports import COLUMNS, METRICS, REVENUE, ReadRow, UnreadableRow, read_report
from etl.analytics.validate import validate_batch
from etl.quarantine.rows import QuarantinedRow
from etl.quarantine.verdicts import State, Verdicts
from etl.warehouse.load import VIDEO_DAILY, load_batch
from etl.warehouse.rollups import recompute
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import ValidationFailed
from ytempire.settings import Settings

SOURCE = VIDEO_DAILY

_CLEAR = load_sql("etl.analytics", "stage_clear")
_REFUSED = (
    "SELECT row_number, reason FROM ytempire.quarantined_rows WHERE source = %(report)s AND batch_id = %(batch_id)s"
)
_LEFT = (
    "UPDATE ytempire.staging_slices SET row_count = row_count + %(left)s,"
    " quarantined_count = quarantined_count + %(left)s WHERE batch_id = %(batch_id)s AND report = %(report)s"
)


def replay_slice(
    connection: Connection, settings: Settings, group: Sequence[QuarantinedRow], *, dry_run: bool
) -> Verdicts:
    """Bring the rows of one (run, channel, day) back into it; return for each row what becomes of it, and why.

    Raises ValidationFailed when the slice as a whole does not pass with them.
    """
    one = group[0]
    day = date.fromisoformat(one.payload["day"])
    state = connection.execute(
        load_sql(__package__, "slice_state"),
        {"report": SOURCE, "batch_id": one.batch_id, "channel_id": one.channel_id, "day": day},
    ).fetchone()
    if state is None or one.fetched_at is None:
        return _all(group, "blocked", "nothing is known of its answer any more")
    loaded_at = state["loaded_fetched_at"]
    if loaded_at is not None and loaded_at > one.fetched_at:
        return _all(group, "superseded", "a newer answer of the day is loaded")
    if loaded_at != one.fetched_at and not state["all_in_quarantine"]:
        return _all(group, "blocked", "the answer that it came with is not loaded: load that run first")
    known = _known(connection, one, day) if loaded_at == one.fetched_at else []
    return _Slice(connection, settings, one, day, one.fetched_at, known, state["waiting"]).replay(group, dry_run)


class _Slice:
    def __init__(
        self,
        connection: Connection,
        settings: Settings,
        one: QuarantinedRow,
        day: date,
        fetched_at: datetime,
        known: list[dict[str, Any]],
        waiting: int,
    ) -> None:
        assert one.channel_id is not None  # noqa: S101 - a report is always a channel's
        self.connection, self.settings, self.channel_id, self.day = connection, settings, one.channel_id, day
        self.fetched_at, self.known, self.waiting = fetched_at, known, waiting
        # The definition of views that the answer came with.
        stored = known[0]["metric_definition"] if known else one.payload.get("metric_definition")
        self.definition = stored or settings.analytics.definition_of(day)
        self.key = {"batch_id": f"replay {secrets.token_hex(6)}", "channel_id": self.channel_id, "report": SOURCE}

    def replay(self, group: Sequence[QuarantinedRow], dry_run: bool) -> Verdicts:
        verdicts: Verdicts = {}
        there = {row["youtube_video_id"] for row in self.known}
        rows = [ReadRow(row["youtube_video_id"], _values(row)) for row in self.known]
        places: dict[int, int] = {}
        for kept in group:
            read = _read(kept.payload)
            if isinstance(read, UnreadableRow):
                verdicts[kept.row_id] = ("refused", read.reason)
            elif read.youtube_video_id in there:
                verdicts[kept.row_id] = ("superseded", "its video is in the slice by now")
            else:
                rows.append(read)
                places[len(rows)] = kept.row_id
        if places:
            try:
                verdicts |= self._through_the_suite(rows, places)
                if not dry_run and any(state == "replayed" for state, _ in verdicts.values()):
                    self._load(sum(state != "refused" for state, _ in verdicts.values()))
            finally:
                self.connection.execute(_CLEAR, self.key)
        return verdicts

    def _through_the_suite(self, rows: list[ReadRow], places: dict[int, int]) -> Verdicts:
        videos = self.connection.execute(
            load_sql("etl.analytics", "own_videos"), {"channel_id": self.channel_id, "day": self.day}
        )
        own = {row["youtube_video_id"]: row["video_id"] for row in videos}
        fetched = [FetchedDay(self.day, own, list(rows))]
        batch = str(self.key["batch_id"])
        write_batch(self.connection, lambda _: self.definition, batch, self.channel_id, fetched, self.fetched_at)
        validate_batch(self.settings.database_url, batch, self.settings.analytics.suites)
        refused = {row["row_number"]: row["reason"] for row in self.connection.execute(_REFUSED, self.key)}
        if any(number not in places for number in refused):
            raise ValidationFailed("rows of the slice that are loaded do not pass the suite any more")
        return {
            row_id: ("refused", refused[number]) if number in refused else ("replayed", "passes")
            for number, row_id in places.items()
        }

    def _load(self, settled: int) -> None:
        here = self.connection.execute(_REFUSED, self.key).fetchall()
        # The ledger goes on to count what is still in quarantine of the day.
        self.connection.execute(_LEFT, {**self.key, "left": max(0, self.waiting - settled - len(here))})
        load_batch([self.connection], str(self.key["batch_id"]), str(self.key["batch_id"]))
        recompute(self.connection, [self.channel_id], [self.day])


def _known(connection: Connection, one: QuarantinedRow, day: date) -> list[dict[str, Any]]:
    values = {"channel_id": one.channel_id, "day": day}
    return connection.execute(load_sql(__package__, "slice_rows"), values).fetchall()


def _values(row: dict[str, Any]) -> dict[str, float | None]:
    return {name: None if row[name] is None else float(row[name]) for name in COLUMNS}


def _read(payload: dict[str, Any]) -> ReadRow | UnreadableRow:
    """Read a row as it was kept: either as it was staged, or as it came."""
    if "youtube_video_id" in payload:
        return ReadRow(payload["youtube_video_id"] or "", _values({name: payload.get(name) for name in COLUMNS}))
    cells = {name: value for name, value in payload.items() if name != "day"}
    metrics = [metric for metric in (*METRICS, REVENUE) if metric is not REVENUE or REVENUE.api_name in cells]
    try:
        (row,) = read_report(list(cells), [list(cells.values())], metrics)
    except ValidationFailed as error:
        return UnreadableRow(payload, str(error))
    return row


def _all(group: Sequence[QuarantinedRow], state: State, why: str) -> Verdicts:
    return {row.row_id: (state, why) for row in group}
