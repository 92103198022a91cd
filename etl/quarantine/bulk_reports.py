"""Videos of a bulk report back into their slice, which is then replaced whole, as by any load.

The slice is what the warehouse holds of that very report and the videos that come back to it. A line that could not be
read is a part of a video's sum and has no way back by itself: its report is read again, whole.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from etl.analytics.bulk.collect import staged_columns
from etl.analytics.bulk.files import ReadFile
from etl.analytics.bulk.kinds import KINDS, ReportKind
from etl.analytics.bulk.load import put_slices
from etl.analytics.bulk.reconcile import reconcile
from etl.analytics.bulk.validate import blamed_rows, query_of_report
from etl.analytics.extract import own_videos
from etl.quarantine.rows import QuarantinedRow
from etl.quarantine.verdicts import State, Verdicts
from etl.warehouse.copying import copy_columns
from etl.warehouse.rollups import recompute
from ytempire.clock import pacific_day, system_clock
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import Conflict, ValidationFailed
from ytempire.settings import Settings

SOURCES = tuple(KINDS)
_COPY = load_sql("etl.analytics.bulk", "staged_copy")
_LOCK = load_sql("etl.analytics.bulk", "reports_lock")
_SUPERSEDE = load_sql("etl.analytics.bulk", "reports_superseded")
_CLEAR = "DELETE FROM ytempire.staging_bulk_rows WHERE channel_id = %(channel_id)s AND report_id = %(report_id)s"
_COUNT = """
UPDATE ytempire.bulk_reports
SET state = 'loaded', error_message = NULL, row_count = %(rows)s, quarantined_count = %(left)s,
    updated_at = clock_timestamp()
WHERE channel_id = %(channel_id)s AND report_id = %(report_id)s
"""


def replay_report(
    connection: Connection, settings: Settings, group: Sequence[QuarantinedRow], *, dry_run: bool
) -> Verdicts:
    """Bring refused videos of one report back into it; return for each row what becomes of it, and why.

    Raises ValidationFailed when the slice as a whole does not pass with them, Conflict when the report was loaded
    anew meanwhile.
    """
    one = group[0]
    if "youtube_video_id" not in one.payload:
        why = f"a line belongs to a sum: let its report be read again, python -m etl.analytics again {one.batch_id}"
        return _all(group, "blocked", why)
    state = _state(connection, one)
    if state is None:
        return _all(group, "blocked", "nothing is known of its report any more")
    newer = state["loaded_created_at"] is not None and state["loaded_created_at"] > state["created_at"]
    if newer or state["state"] == "superseded":
        return _all(group, "superseded", "a newer report of the day is loaded")
    whole = state["state"] == "failed" and state["row_count"] == 0 and state["quarantined_count"] > 0
    if state["state"] not in ("loaded", "empty") and not whole:
        return _all(group, "blocked", "its report is not loaded: the next run of analytics_etl loads it")
    return _Slice(connection, settings, state, whole).replay(group, dry_run)


def _state(connection: Connection, one: QuarantinedRow) -> dict[str, Any] | None:
    values = {"channel_id": one.channel_id, "report_id": one.batch_id}
    return connection.execute(load_sql(__package__, "report_state"), values).fetchone()


class _Slice:
    """A report's day of a channel. With ``whole`` all of its videos are in quarantine, and none is loaded."""

    def __init__(self, connection: Connection, settings: Settings, state: dict[str, Any], whole: bool) -> None:
        self.connection, self.settings, self.state, self.whole = connection, settings, state, whole
        self.kind: ReportKind = KINDS[state["report"]]
        # Staged under a name of its own: the ledger knows nothing of it.
        self.key = {"channel_id": state["channel_id"], "report_id": f"replay {secrets.token_hex(6)}"}

    def replay(self, group: Sequence[QuarantinedRow], dry_run: bool) -> Verdicts:
        verdicts: Verdicts = {}
        own = own_videos(self.connection, self.state["channel_id"], self.state["day"])
        sql = load_sql(__package__, "report_rows")
        known = [] if self.whole else self.connection.execute(sql, self.state).fetchall()
        own |= {row["youtube_video_id"]: row["video_id"] for row in known}
        videos = {row["youtube_video_id"]: self._values(row) for row in known}
        loaded = len(videos)
        places: dict[int, int] = {}
        for kept in group:
            name = kept.payload["youtube_video_id"]
            if name in videos:
                verdicts[kept.row_id] = ("superseded", "its video is in the slice by now")
            elif name not in own:
                verdicts[kept.row_id] = ("refused", "the channel has no such video")
            else:
                videos[name] = self._values(kept.payload)
                places[len(videos)] = kept.row_id
        if places:
            try:
                self._stage(videos, own)
                verdicts |= self._through_the_suite(places, loaded, len(videos))
                if not dry_run and any(state == "replayed" for state, _ in verdicts.values()):
                    self._load(verdicts)
            finally:
                self.connection.execute(_CLEAR, self.key)
        return verdicts

    def _values(self, row: Mapping[str, Any]) -> dict[str, float | None]:
        """Read the report's metrics: from the warehouse, or as they were kept."""
        found = {metric.column: row.get(metric.column) for metric in self.kind.metrics}
        return {name: None if value is None else float(value) for name, value in found.items()}

    def _stage(self, videos: dict[str, dict[str, float | None]], own: dict[str, UUID]) -> None:
        with self.connection.transaction(), self.connection.cursor() as cursor:
            columns = staged_columns(**self.key, read=ReadFile(videos), own=own)
            copy_columns(cursor, _COPY, columns)

    def _through_the_suite(self, places: dict[int, int], loaded: int, staged: int) -> Verdicts:
        name, suites = self.key["report_id"], self.settings.analytics.suites
        query = query_of_report(self.kind, name)
        blamed = blamed_rows(self.connection, self.settings.database_url, query, self.kind, suites, name, staged)
        refused = {number: "; ".join(reasons) for (_, _, number), reasons in blamed.items()}
        if any(number <= loaded for number in refused):
            raise ValidationFailed("videos of the slice that are loaded do not pass the suite any more")
        for number in refused:
            self.connection.execute(f"{_CLEAR} AND row_number = %(row_number)s", {**self.key, "row_number": number})
        return {
            row_id: ("refused", refused[number]) if number in refused else ("replayed", "passes")
            for number, row_id in places.items()
        }

    def _load(self, verdicts: Verdicts) -> None:
        connection, state = self.connection, self.state
        settled = sum(one != "refused" for one, _ in verdicts.values())
        left = max(0, state["quarantined_count"] - settled)
        staged = {**self.key, "created_at": state["created_at"], "quarantined_count": left}
        with connection.transaction():
            connection.execute(_LOCK, {"channel_ids": [state["channel_id"]], "day": state["day"]})
            if connection.execute(load_sql(__package__, "report_state"), state).fetchone() != state:
                raise Conflict("the report was loaded anew meanwhile: try again")
            ((_, rows),) = put_slices(
                connection, self.settings.analytics, self.key["report_id"], state["report"], state["day"], [staged]
            )
            this = {"channel_ids": [state["channel_id"]], "report_ids": [state["report_id"]]}
            connection.execute(_SUPERSEDE, {**state, **this})
            connection.execute(_COUNT, {**state, "rows": rows, "left": left})
        # The day is another one now: it is published when it agrees with what reports.query tells.
        reconcile(connection, self.settings.analytics, self.key["report_id"], pacific_day(system_clock()))
        recompute(connection, [state["channel_id"]], [state["day"]])


def _all(group: Sequence[QuarantinedRow], state: State, why: str) -> Verdicts:
    return {row.row_id: (state, why) for row in group}
