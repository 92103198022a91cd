"""The ledger of every bulk report: what YouTube has made, what came of it, and from where to look on.

A report is written down when it is first seen. The bookmark from which the next list begins is computed from the
ledger and never kept apart from it: it stands before the oldest report that did not come in.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from ytempire.database.connection import Connection, load_sql
from ytempire.errors import InvalidInput
from ytempire.settings import AnalyticsSettings
from ytempire.youtube.reporting import BulkReport, ReportingJob

_LOCK = "SELECT pg_advisory_lock(hashtextextended('bulk/' || %s, 0))"
_UNLOCK = "SELECT pg_advisory_unlock(hashtextextended('bulk/' || %s, 0))"
_JOB = """
INSERT INTO ytempire.reporting_jobs (channel_id, report, job_id, created_at) VALUES (%s, %s, %s, %s)
ON CONFLICT (channel_id, report) DO UPDATE
    SET job_id = excluded.job_id, created_at = excluded.created_at, seen_at = clock_timestamp()
"""
_ENDED = """
UPDATE ytempire.bulk_reports SET state = %(state)s, error_message = %(message)s, batch_id = NULL,
    attempts = attempts + 1, updated_at = clock_timestamp()
WHERE channel_id = %(channel_id)s AND report_id = %(report_id)s
"""

_AGAIN = """
UPDATE ytempire.bulk_reports SET state = 'listed', updated_at = clock_timestamp()
WHERE report_id = %s AND state IN ('loaded', 'empty', 'unneeded')
"""


@dataclass(frozen=True)
class Due:
    """A report that is to be downloaded."""

    report_id: str
    report: str
    job_id: str
    day: date
    created_at: datetime
    resource_name: str

    def as_answered(self) -> BulkReport:
        """The report as the client takes it."""
        return BulkReport(
            report_id=self.report_id,
            job_id=self.job_id,
            day=self.day,
            created_at=self.created_at,
            resource_name=self.resource_name,
        )


@contextmanager
def collecting(connection: Connection, channel_id: UUID) -> Iterator[None]:
    """Be the only one who collects a channel's reports: whoever comes meanwhile waits."""
    connection.execute(_LOCK, [channel_id])
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute(_UNLOCK, [channel_id])


def bookmarks(
    connection: Connection, settings: AnalyticsSettings, channel_id: UUID, jobs: Sequence[ReportingJob]
) -> dict[str, datetime]:
    """Return, by job, the moment after which its reports are to be listed: before all that did not come in.

    None of a job of which nothing is known. A while before it is read again: reports may become visible out of order.
    """
    values = {
        "channel_id": channel_id,
        "job_ids": [job.job_id for job in jobs],
        "overlap_hours": settings.bookmark_overlap_hours,
    }
    rows = connection.execute(load_sql(__package__, "bookmarks"), values)
    return {row["job_id"]: row["bookmark"] for row in rows}


def take_up(
    connection: Connection,
    settings: AnalyticsSettings,
    channel_id: UUID,
    batch_id: str,
    listed: Sequence[tuple[ReportingJob, Sequence[BulkReport]]],
    now: datetime,
) -> tuple[int, list[Due]]:
    """Write down what the jobs have made; return how many reports are new, and those to download, oldest day first.

    What needs no download is settled. Of a day only the newest report counts. Days before our first video need none,
    until a video turns up. What was not had within ``lost_after_days`` is lost. What another run staged a short while
    ago is left to it. ``now`` is YouTube's time. A job that takes another one's place keeps its reports.
    """
    values: dict[str, Any] = {
        "channel_id": channel_id,
        "batch_id": batch_id,
        "now": now,
        "lost_after_days": settings.lost_after_days,
        "patience_hours": settings.staged_patience_hours,
    }
    with connection.transaction():
        new = 0
        for job, reports in listed:
            connection.execute(_JOB, [channel_id, job.report, job.job_id, job.created_at])
            new += _note_reports(connection, channel_id, job.report, reports)
        for name in ("reports_reopen", "reports_supersede", "reports_lose", "reports_spare"):
            connection.execute(load_sql(__package__, name), values)
        rows = connection.execute(load_sql(__package__, "reports_due"), values).fetchall()
    return new, [Due(**row) for row in rows]


def _note_reports(connection: Connection, channel_id: UUID, report: str, found: Sequence[BulkReport]) -> int:
    if not found:
        return 0
    values = {
        "channel_id": channel_id,
        "report": report,
        "report_ids": [one.report_id for one in found],
        "job_ids": [one.job_id for one in found],
        "days": [one.day for one in found],
        "created": [one.created_at for one in found],
        "names": [one.resource_name for one in found],
    }
    return connection.execute(load_sql(__package__, "reports_note"), values).rowcount


def read_again(connection: Connection, report_id: str) -> None:
    """Have a report that is in the warehouse downloaded and read anew: its quarantined lines are tried again.

    Raises InvalidInput when there is none of that id that counts: what is superseded or lost is not read any more.
    """
    if not connection.execute(_AGAIN, [report_id]).rowcount:
        raise InvalidInput(
            "report_id", f"no report {report_id} is in the warehouse", "See: python -m etl.analytics reports"
        )


def note_failure(connection: Connection, channel_id: UUID, report_id: str, message: str, *, gone: bool = False) -> None:
    """Write down that a report did not come in, to be tried again; or, ``gone``, that it never will."""
    state = "lost" if gone else "failed"
    connection.execute(_ENDED, {"channel_id": channel_id, "report_id": report_id, "state": state, "message": message})
