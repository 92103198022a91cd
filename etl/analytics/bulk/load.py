"""Validated bulk reports into ``video_metrics``, source 'reporting': a (channel, report, day) slice replaced whole.

The two report types of a day meet in one row a video: the activity report brings the counts, the reach report the
impressions and their click-through rate. ``engaged_views`` is NULL where the activity report has no line of it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from etl.analytics.bulk.kinds import ACTIVITY
from ytempire.clock import pacific_day_start
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import Retriable, ValidationFailed
from ytempire.settings import AnalyticsSettings

_REPORTS = """
SELECT channel_id, report_id FROM ytempire.bulk_reports WHERE batch_id = %s AND state = 'staged'
ORDER BY channel_id, day, report, created_at
"""
# One writer for a channel's day: both types write the same rows. Taken before the ledger's row is locked.
_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(format('reporting/%%s/%%s', channel_id, day), 0))"
_FIND = f"{_LOCK} FROM ytempire.bulk_reports WHERE channel_id = %(channel_id)s AND report_id = %(report_id)s"
_NOTHING_SHA256 = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True)
class BulkLoad:
    """What a load did, counted in reports; ``rows`` are those now in the warehouse of them."""

    loaded: int
    empty: int
    superseded: int
    rows: int


def load_bulk(connection: Connection, settings: AnalyticsSettings, batch_id: str, run_id: str) -> BulkLoad:
    """Load every report that ``batch_id`` has staged, the older of a day before the newer, a transaction each.

    Killed at any point, it may simply be run again. Raises ValidationFailed when a report was not validated,
    Retriable when staged rows were lost.
    """
    states: dict[str, int] = {"loaded": 0, "empty": 0, "superseded": 0}
    rows = 0
    for key in connection.execute(_REPORTS, [batch_id]).fetchall():
        with connection.transaction():
            connection.execute(_FIND, key)
            report = connection.execute(load_sql(__package__, "report_state"), key).fetchone()
            if report is None or report["state"] != "staged" or report["batch_id"] != batch_id:
                # A later run has taken it over.
                continue
            _check(report, batch_id)
            state, count = _load(connection, settings, report, run_id)
            states[state] += 1
            rows += count
    return BulkLoad(**states, rows=rows)


def _check(report: dict[str, Any], batch_id: str) -> None:
    if report["validated_at"] is None:
        raise ValidationFailed(f"batch {batch_id} holds the report {report['report_id']}, which was not validated")
    if report["rows_staged"] != report["row_count"]:
        raise Retriable(
            f"batch {batch_id}: {report['rows_staged']} rows of report {report['report_id']} are staged,"
            f" {report['row_count']} were; collect it again"
        )


def _load(connection: Connection, settings: AnalyticsSettings, report: dict[str, Any], run_id: str) -> tuple[str, int]:
    channel_id: UUID = report["channel_id"]
    day: date = report["day"]
    values = {
        "channel_id": channel_id,
        "report_id": report["report_id"],
        "report": report["report"],
        "day": day,
        "time": pacific_day_start(day),
        "definition": settings.definition_of(day),
        "created_at": report["created_at"],
        "quarantined_count": report["quarantined_count"],
        "run_id": run_id,
    }
    if report["loaded_created_at"] is not None and report["loaded_created_at"] > report["created_at"]:
        state, count = "superseded", 0
    else:
        name = "replace_activity" if report["report"] == ACTIVITY.name else "replace_reach"
        content = connection.execute(load_sql(__package__, name), values).fetchone()
        assert content is not None  # noqa: S101 - an aggregate always answers one row
        count = content["row_count"]
        state = "loaded" if count else "empty"
        values |= {"row_count": count, "content_sha256": content["content_sha256"] or _NOTHING_SHA256, "status": state}
        connection.execute(load_sql(__package__, "slice_record"), values)
        connection.execute(load_sql(__package__, "older_superseded"), values)
    connection.execute(load_sql(__package__, "report_loaded"), {**values, "state": state})
    return state, count
