"""Live figures, thinned when their video is no longer young: of a figure a minute one an hour stays.

A day of them is one deletion in the book, recorded before it is done. What was thinned is not looked at again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ytempire.compliance.deletions import finish_deletion, plan_deletion
from ytempire.database.connection import Connection, load_sql
from ytempire.settings import RetentionSettings

POLICY = "live figures"
_DAY = timedelta(days=1)
_DONE = "SELECT max(older_than) AS moment FROM ytempire.deletions WHERE policy = %s AND done_at IS NOT NULL"
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Crowded:
    """Live figures of a UTC day that go: those between ``since`` and ``until`` that another one follows soon."""

    since: datetime
    until: datetime
    rows: int

    @property
    def subject(self) -> str:
        """What goes, in a word."""
        return f"video_metrics live {self.since:%Y-%m-%d}"


def crowded_days(connection: Connection, settings: RetentionSettings, now: datetime) -> list[Crowded]:
    """Return what would be thinned at ``now``, the oldest day first. Only reads."""
    return list(_days(connection, settings, now))


def thin(connection: Connection, settings: RetentionSettings, *, run_id: str, now: datetime) -> int:
    """Thin the live figures that are older than ``live_thinned_after_hours``; return how many went.

    Safe to repeat and to kill: a day and its mark in the book are one transaction.
    """
    gone = 0
    for one in crowded_days(connection, settings, now):
        deletion = plan_deletion(
            connection, run_id=run_id, policy=POLICY, subject=one.subject, older_than=one.until, count=one.rows
        )
        span = {"since": one.since, "until": one.until, "step": _step(settings)}
        with connection.transaction():
            rows = connection.execute(load_sql(__package__, "thin"), span).rowcount
            finish_deletion(connection, deletion, rows)
        gone += rows
    return gone


def _days(connection: Connection, settings: RetentionSettings, now: datetime) -> Iterator[Crowded]:
    step = _step(settings)
    # Whole steps: of one that is cut the last figure would not be known.
    age = now - timedelta(hours=settings.live_thinned_after_hours) - _BEGINNING
    until = _BEGINNING + age // step * step
    row = connection.execute(_DONE, [POLICY]).fetchone()
    since = row["moment"] if row and row["moment"] else _BEGINNING
    values: dict[str, Any] = {"since": since, "until": until, "step": step}
    for found in connection.execute(load_sql(__package__, "thin_days"), values).fetchall():
        yield Crowded(max(since, found["day"]), min(until, found["day"] + _DAY), found["rows"])


def _step(settings: RetentionSettings) -> timedelta:
    return timedelta(minutes=settings.live_step_minutes)
