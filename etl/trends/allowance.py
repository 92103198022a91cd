"""What a run may spend of the trend watch's share of the daily quota.

The share is spread over the day. Charts go first: what the charts of the day's
remaining runs will cost is kept back, and only the rest is spread over the
watch lists, evenly from one Pacific midnight to the next. They may be some units
ahead, so that a first look at many channels is taken at once and paid off later.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from ytempire.clock import Clock, next_pacific_midnight, pacific_day, pacific_day_start, system_clock
from ytempire.database.connection import Connection
from ytempire.errors import QuotaExhausted
from ytempire.settings import TrendSettings, YouTubeSettings
from ytempire.youtube.quota import QuotaEntry, QuotaLedger

SHARE = "of the trend watch (its share of the daily units)"


class Allowance:
    """Units that the workers of a run may still spend, together. Safe to use from several threads."""

    def __init__(self, units: int = 0) -> None:
        self._left = units
        self._lock = threading.Lock()
        self._thread = threading.local()

    def grant(self, units: int) -> None:
        """Let there be ``units`` from now on, whatever was left."""
        with self._lock:
            self._left = units

    def take(self, units: int) -> bool:
        """Take units; False, and nothing is taken, when they are not there."""
        with self._lock:
            if self._left < units:
                return False
            self._left -= units
        self._thread.spent = self.spent_by_this_thread + units
        return True

    def give_back(self, units: int) -> None:
        """Give units back for a call that was not made."""
        with self._lock:
            self._left += units
        self._thread.spent = self.spent_by_this_thread - units

    @property
    def spent_by_this_thread(self) -> int:
        """What the calling thread has spent."""
        return int(getattr(self._thread, "spent", 0))


class AllowanceLedger(QuotaLedger):
    """The quota ledger for a worker of a run: a call must also be within the run's allowance."""

    def __init__(
        self,
        connection: Connection,
        settings: YouTubeSettings,
        allowance: Allowance,
        clock: Clock = system_clock,
    ) -> None:
        super().__init__(connection, settings, clock)
        self._allowance = allowance
        self._now = clock

    def reserve(self, method: str, channel_id: UUID | None = None) -> QuotaEntry:
        """Take the units of one call out of the allowance and out of the day's bucket.

        Raises QuotaExhausted when either does not hold them.
        """
        units = self.units_of(method)
        if not self._allowance.take(units):
            raise QuotaExhausted(SHARE, until=next_pacific_midnight(self._now()))
        try:
            return super().reserve(method, channel_id)
        except BaseException:
            self._allowance.give_back(units)
            raise

    def release(self, entry: QuotaEntry) -> None:
        """Give the units of a call that was not made back to both."""
        super().release(entry)
        self._allowance.give_back(entry.units)


@dataclass(frozen=True)
class Spent:
    """Units spent today, by earlier runs and by this one."""

    charts: int = 0
    others: int = 0


def share_units(trends: TrendSettings, youtube: YouTubeSettings) -> int:
    """Return the units a day that trends may spend."""
    return int(trends.quota_share * youtube.daily_units)


def chart_allowance(trends: TrendSettings, youtube: YouTubeSettings, spent: Spent) -> int:
    """Return what the charts of a run may spend: all that is left of the day's share."""
    return max(0, share_units(trends, youtube) - spent.charts - spent.others)


def watch_allowance(
    trends: TrendSettings, youtube: YouTubeSettings, spent: Spent, charts_each_run: int, now: datetime
) -> int:
    """Return what the watch lists and the statistics of a run at ``now`` may spend.

    ``spent`` holds this run's charts already; ``charts_each_run`` is what they are expected to cost.
    """
    start, end = pacific_day_start(pacific_day(now)), next_pacific_midnight(now)
    interval = timedelta(minutes=trends.interval_minutes)
    runs_to_come = -(-(end - now) // interval) - 1
    share = share_units(trends, youtube)
    free = share - spent.charts - spent.others - charts_each_run * runs_to_come
    for_others = max(0, share - charts_each_run * -(-(end - start) // interval))
    passed = (min(now + interval, end) - start) / (end - start)
    return max(0, min(free, int(for_others * passed) + trends.advance_units - spent.others))
