"""Validated bulk reports into ``video_metrics``, source 'reporting': a (channel, report, day) slice replaced whole.

The two report types of a day meet in one row a video: the activity report brings the counts, the reach report the
impressions and their click-through rate. ``engaged_views`` is NULL where the activity report has no line of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, groupby
from operator import itemgetter
from typing import Any

from etl.analytics.bulk.kinds import ACTIVITY
from etl.analytics.bulk.ledger import note_failure
from etl.warehouse.load import NOTHING_SHA256, ids_of_videos, in_pieces, record_failed_slices
from ytempire.clock import pacific_day_start
from ytempire.database.connection import Connection, load_sql, without_nested_loops
from ytempire.database.parallel import in_parallel
from ytempire.errors import Retriable, ValidationFailed
from ytempire.settings import AnalyticsSettings

# The older reports of a day come before the newer one.
_REPORTS = """
SELECT channel_id, report_id, report, day, row_count AS rows, 1 AS slices,
       row_number() OVER (PARTITION BY channel_id, report, day ORDER BY created_at, report_id) AS turn
FROM ytempire.bulk_reports WHERE batch_id = %s AND state = 'staged'
ORDER BY turn, day, report, channel_id
"""
_ALIKE = itemgetter("turn", "day", "report")


@dataclass(frozen=True)
class BulkLoad:
    """What a load did, counted in reports; ``rows`` are those now in the warehouse of them.

    ``refused`` are those of which all rows are in quarantine: what was loaded of their days before stays.
    """

    loaded: int
    empty: int
    superseded: int
    refused: int
    rows: int


def load_bulk(connections: Sequence[Connection], settings: AnalyticsSettings, batch_id: str, run_id: str) -> BulkLoad:
    """Load every report that ``batch_id`` has staged, the older of a day before the newer.

    Some thousand rows of one type and day are one transaction, as many at a time as there are connections. Killed at
    any point, it may simply be run again. Raises ValidationFailed when a report was not validated, Retriable when
    staged rows were lost.
    """

    def load_group(connection: Connection, group: Sequence[dict[str, Any]]) -> list[tuple[str, int]]:
        with connection.transaction():
            return _load_group(connection, settings, batch_id, run_id, group)

    states: dict[str, int] = {"loaded": 0, "empty": 0, "superseded": 0, "refused": 0}
    rows = 0
    # One type and day after the other: the two types of a day meet in the same rows.
    for _, alike in groupby(connections[0].execute(_REPORTS, [batch_id]).fetchall(), _ALIKE):
        for state, count in chain.from_iterable(in_parallel(connections, in_pieces(list(alike)), load_group)):
            states[state] += 1
            rows += count
    return BulkLoad(**states, rows=rows)


def _load_group(
    connection: Connection, settings: AnalyticsSettings, batch_id: str, run_id: str, group: Sequence[dict[str, Any]]
) -> list[tuple[str, int]]:
    """Load reports of one type and day, one a channel; return what became of each, and its rows."""
    day, report = group[0]["day"], group[0]["report"]
    values = {"batch_id": batch_id, "run_id": run_id, "report": report, "day": day, **_keys(group)}
    connection.execute(load_sql(__package__, "reports_lock"), values)
    # What a later run has taken over is not among them.
    found = connection.execute(load_sql(__package__, "reports_state"), values).fetchall()
    for one in found:
        _check(one, batch_id)
    older = [one for one in found if _is_superseded(one)]
    refused = [one for one in found if not _is_superseded(one) and _is_refused(one)]
    newest = [one for one in found if not _is_superseded(one) and not _is_refused(one)]
    loaded = put_slices(connection, settings, run_id, report, day, newest)
    connection.execute(load_sql(__package__, "reports_superseded"), {**values, **_keys(newest)})
    states = [state for state, _ in loaded] + ["superseded"] * len(older)
    connection.execute(load_sql(__package__, "reports_loaded"), {**_keys([*newest, *older]), "states": states})
    for one in refused:
        message = f"all {one['quarantined_count']} rows are in quarantine"
        record_failed_slices(connection, run_id, one["channel_id"], report, [day], message)
        note_failure(connection, one["channel_id"], one["report_id"], message)
    return [*loaded, *[("superseded", 0)] * len(older), *[("refused", 0)] * len(refused)]


def put_slices(
    connection: Connection,
    settings: AnalyticsSettings,
    run_id: str,
    report: str,
    day: date,
    staged: Sequence[dict[str, Any]],
) -> list[tuple[str, int]]:
    """Replace the slices of a type and day by what is ``staged`` of them, one a channel; return state and rows of each.

    Of each: channel_id, report_id, created_at and quarantined_count. In the caller's transaction and under its locks.
    """
    if not staged:
        return []
    values = {
        "report": report,
        "run_id": run_id,
        "day": day,
        "time": pacific_day_start(day),
        "definition": settings.definition_of(day),
        **_keys(staged),
    }
    contents = _replace(connection, report, values)
    found = [contents.get(one["channel_id"], (0, NOTHING_SHA256)) for one in staged]
    counts = [count for count, _ in found]
    states = ["loaded" if count else "empty" for count in counts]
    record = {
        "days": [day] * len(staged),
        "statuses": states,
        "row_counts": counts,
        "quarantined_counts": [one["quarantined_count"] for one in staged],
        "hashes": [content_sha256 for _, content_sha256 in found],
        "fetched": [one["created_at"] for one in staged],
    }
    connection.execute(load_sql("etl.warehouse", "slices_record"), values | record)
    return list(zip(states, counts, strict=True))


def _replace(connection: Connection, report: str, values: dict[str, Any]) -> dict[Any, tuple[int, str]]:
    """Make the channels' day equal to its reports; return rows and hash of each that has rows."""
    name = "replace_activity" if report == ACTIVITY.name else "replace_reach"
    video_ids = ids_of_videos(connection, values["channel_ids"])
    wanted = {**values, "video_ids": video_ids}
    with without_nested_loops(connection):
        # Planned anew each time, for just these videos.
        rows = connection.execute(load_sql(__package__, name), wanted, prepare=False).fetchall()
    return {row["channel_id"]: (row["row_count"], row["content_sha256"]) for row in rows}


def _keys(reports: Sequence[dict[str, Any]]) -> dict[str, list[Any]]:
    return {name: [one[name[:-1]] for one in reports] for name in ("channel_ids", "report_ids")}


def _is_superseded(report: dict[str, Any]) -> bool:
    return report["loaded_created_at"] is not None and report["loaded_created_at"] > report["created_at"]


def _is_refused(report: dict[str, Any]) -> bool:
    """Whether rows came and none is left: that is no empty day."""
    return bool(report["row_count"] == 0 and report["quarantined_count"] > 0)


def _check(report: dict[str, Any], batch_id: str) -> None:
    if report["validated_at"] is None:
        raise ValidationFailed(f"batch {batch_id} holds the report {report['report_id']}, which was not validated")
    if report["rows_staged"] != report["row_count"]:
        raise Retriable(
            f"batch {batch_id}: {report['rows_staged']} rows of report {report['report_id']} are staged,"
            f" {report['row_count']} were; collect it again"
        )
