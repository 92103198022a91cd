"""Time, and the Pacific days in which YouTube counts.

Functions that need the time take a ``Clock``, so that a test can set it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]

PACIFIC = ZoneInfo("America/Los_Angeles")


def system_clock() -> datetime:
    """Return the machine's time, in UTC."""
    return datetime.now(UTC)


def pacific_day(moment: datetime) -> date:
    """Return the Pacific date in which an aware ``moment`` lies."""
    return moment.astimezone(PACIFIC).date()


def pacific_day_start(day: date) -> datetime:
    """Return the moment (UTC) at which the Pacific ``day`` begins: its midnight in Los Angeles."""
    return datetime(day.year, day.month, day.day, tzinfo=PACIFIC).astimezone(UTC)


def next_pacific_midnight(moment: datetime) -> datetime:
    """Return the moment (UTC) of the next quota reset after ``moment``."""
    return pacific_day_start(pacific_day(moment) + timedelta(days=1))
