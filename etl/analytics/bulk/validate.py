"""Staged bulk reports against their suites: refused rows go to quarantine, what was not looked at is not loaded."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from etl.analytics.bulk.kinds import KINDS, ReportKind
from etl.validation.results import inspect
from etl.validation.suite import run_suite
from ytempire.database.connection import Connection, connect, load_sql
from ytempire.errors import Retriable

_KEY = ("channel_id", "report_id", "row_number")
# The batch in hexadecimal: see etl.analytics.validate.
_QUERY = """
SELECT rows.channel_id, rows.report_id, rows.row_number, rows.youtube_video_id, {columns}
FROM ytempire.staging_bulk_rows AS rows JOIN ytempire.bulk_reports AS report USING (channel_id, report_id)
WHERE report.batch_id = convert_from(decode('{batch}', 'hex'), 'UTF8')
  AND report.state = 'staged' AND report.report = '{kind}'
"""
_QUERY_OF_REPORT = """
SELECT rows.channel_id, rows.report_id, rows.row_number, rows.youtube_video_id, {columns}
FROM ytempire.staging_bulk_rows AS rows
WHERE rows.report_id = convert_from(decode('{report}', 'hex'), 'UTF8')
"""
# What was written just now is unknown to the planner, and a suite planned without it takes minutes.
_ANALYZE = "ANALYZE ytempire.staging_bulk_rows (channel_id, report_id, youtube_video_id)"


@dataclass(frozen=True)
class BulkValidation:
    """What the suites found in a batch. ``reasons`` counts the quarantined rows by reason."""

    reports: int
    rows: int
    quarantined: int
    reasons: dict[str, int]


def validate_bulk(database_url: str, batch_id: str, suites_folder: Path) -> BulkValidation:
    """Hold what a batch has staged of bulk reports against the suites, and clear it for loading.

    A batch without reports is in order: most nights bring some, none is owed. Raises ValidationFailed when an
    expectation about a whole type does not hold or could not be evaluated, Retriable when staged rows were lost.
    """
    reports = rows = 0
    reasons: dict[str, int] = defaultdict(int)
    quarantined: set[tuple[Any, ...]] = set()
    with connect(database_url) as connection:
        for kind in KINDS.values():
            key = {"batch_id": batch_id, "report": kind.name}
            before = connection.execute(load_sql(__package__, "batch_state"), key).fetchone()
            if before is None or not before["reports"]:
                continue
            _check(before, batch_id)
            connection.execute(_ANALYZE)
            query = _QUERY.format(columns=_columns(kind), batch=batch_id.encode().hex(), kind=kind.name)
            blamed = blamed_rows(connection, database_url, query, kind, suites_folder, batch_id, before["staged"])
            with connection.transaction():
                # Reports that were staged anew meanwhile are other rows than those that were looked at.
                locked = connection.execute(load_sql(__package__, "batch_lock"), key).fetchall()
                if connection.execute(load_sql(__package__, "batch_state"), key).fetchone() != before:
                    raise Retriable(f"batch {batch_id}: reports were staged anew while they were validated")
                _quarantine(connection, kind, blamed)
                connection.execute(load_sql(__package__, "batch_validated"), key)
            reports += len(locked)
            rows += before["staged"]
            quarantined |= {(kind.name, *row) for row in blamed}
            for texts in blamed.values():
                for text in texts:
                    reasons[text] += 1
    return BulkValidation(reports, rows - len(quarantined), len(quarantined), dict(reasons))


def _check(state: dict[str, Any], batch_id: str) -> None:
    if state["staged"] != state["expected"]:
        raise Retriable(
            f"batch {batch_id}: {state['staged']} rows of bulk reports are staged, {state['expected']} were;"
            " collect them again"
        )


def query_of_report(kind: ReportKind, report_id: str) -> str:
    """Return the query of the staged rows of a report of a type, for :func:`blamed_rows`."""
    return _QUERY_OF_REPORT.format(columns=_columns(kind), report=report_id.encode().hex())


def _columns(kind: ReportKind) -> str:
    return ", ".join(f"rows.{metric.column}" for metric in kind.metrics)


def blamed_rows(
    connection: Connection,
    database_url: str,
    query: str,
    kind: ReportKind,
    suites_folder: Path,
    subject: str,
    staged: int,
) -> dict[tuple[Any, ...], list[str]]:
    """Hold the staged rows of a type that ``query`` finds against its suite; return all that is wrong, by row.

    A row is named by (channel, report, row number). Raises ValidationFailed when they are refused as a whole.
    """
    suite = suites_folder / f"{kind.name}.json"
    return inspect(
        connection,
        kind.name,
        subject,
        staged,
        lambda: run_suite(database_url, query, suite, _KEY, {"rows_staged": staged}),
    ).refused


def _quarantine(connection: Connection, kind: ReportKind, blamed: dict[tuple[Any, ...], list[str]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            load_sql(__package__, "row_refuse"),
            [
                {**dict(zip(_KEY, row, strict=True)), "report": kind.name, "reason": "; ".join(texts)}
                for row, texts in blamed.items()
            ],
        )
