"""Days that should have come and did not: late, asked for again every night, and lost when YouTube has them no more."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from etl.analytics.bulk.kinds import KINDS
from etl.warehouse.load import VIDEO_DAILY
from ytempire.alerts import raise_alert, resolve_alert
from ytempire.database.connection import Connection, load_sql
from ytempire.settings import AnalyticsSettings

LATE, LOST = "analytics.late", "analytics.lost"
_OPEN = "SELECT kind, subject FROM ytempire.alerts WHERE kind = ANY(%s) AND resolved_at IS NULL"


@dataclass(frozen=True)
class Lateness:
    """How many days of channels and reports are late, and how many were lost within a week."""

    late: int
    lost: int


def mark_late(connection: Connection, settings: AnalyticsSettings, today: date, run_id: str) -> None:
    """Write down which days are late or lost on the Pacific date ``today``, so that they are asked for again.

    A channel's days are owed from its first video on, and from when it was taken in (reports.query) or its job was
    created (bulk reports).
    """
    values = {
        "reports": [VIDEO_DAILY, *KINDS],
        "queried": VIDEO_DAILY,
        "last": today - timedelta(days=settings.late_after_days),
        "lost_before": today - timedelta(days=settings.lost_after_days),
        "run_id": run_id,
    }
    connection.execute(load_sql(__package__, "slices_late"), values)


def note_late(connection: Connection, settings: AnalyticsSettings, today: date, run_id: str) -> Lateness:
    """Mark what is late or lost after all was tried, and alert whoever operates this.

    An alert about late days ends when they have come or are lost; one about lost days stands for a week, because
    nothing can be done. A day whose report another run has staged a short while ago is left to that run.
    """
    values = {"patience_hours": settings.staged_patience_hours}
    with connection.transaction():
        mark_late(connection, settings, today, run_id)
        missing = connection.execute(load_sql(__package__, "slices_missing"), values).fetchall()
        _alert(connection, missing)
    return Lateness(
        late=sum(row["days"] for row in missing if row["status"] == "late"),
        lost=sum(row["days"] for row in missing if row["status"] == "lost"),
    )


def _alert(connection: Connection, missing: list[dict[str, object]]) -> None:
    wanted = set()
    for row in missing:
        late = row["status"] == "late"
        kind, subject = LATE if late else LOST, f"{row['channel_id']}/{row['report']}"
        wanted.add((kind, subject))
        told = "have not come and are asked for every night" if late else "did not come while YouTube kept them"
        message = (
            f"{row['days']} days ({row['first']} to {row['last']}) {told}: {row['message'] or 'no answer had them'}"
        )
        raise_alert(connection, kind, subject, message, severity="warning" if late else "critical")
    opened = {(row["kind"], row["subject"]) for row in connection.execute(_OPEN, [[LATE, LOST]])}
    for kind, subject in opened - wanted:
        resolve_alert(connection, kind, subject)
