"""The record of what every source did in every run: for the operator, and for what is left of the day's share.

A run writes its rows before it calls anyone, with the units that it means to
spend. One that is killed has spent them: more may be counted, never less.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from etl.trends.allowance import SHARE, Spent
from etl.trends.crew import Outcome, OutOfTime
from etl.trends.sources import Kind
from ytempire.clock import Clock, pacific_day
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import QuotaExhausted

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('trend_source_runs', 0))"
_SPENT = (
    "SELECT coalesce(sum(units) FILTER (WHERE source = 'chart'), 0)::int AS charts,"
    " coalesce(sum(units) FILTER (WHERE source <> 'chart'), 0)::int AS others"
    " FROM ytempire.trend_source_runs WHERE day = %s"
)
_FINISH = (
    "UPDATE ytempire.trend_source_runs SET state = %s, finished_at = %s, units = %s, snapshots = %s, skipped = %s,"
    " message = %s WHERE run_id = %s AND source = %s AND name = %s"
)
_LONGEST_MESSAGE = 1000


@dataclass(frozen=True)
class RunRecord:
    """Writes the rows of one run."""

    connection: Connection
    run_id: UUID
    clock: Clock

    def plan(self, units: Callable[[Spent], Mapping[tuple[Kind, str], int]]) -> Spent:
        """Write rows for the sources named by ``units``, which is told what was spent today; return that.

        Runs at the same time plan one after the other, so that none is promised what another has taken.
        """
        now = self.clock()
        day = pacific_day(now)
        with self.connection.transaction(), self.connection.cursor() as cursor:
            cursor.execute(_LOCK)
            row = cursor.execute(_SPENT, [day]).fetchone()
            spent = Spent(**row) if row else Spent()
            rows: list[dict[str, Any]] = [
                {"run_id": self.run_id, "source": kind, "name": name, "day": day, "started_at": now, "units": planned}
                for (kind, name), planned in units(spent).items()
            ]
            cursor.executemany(load_sql(__package__, "source_run_insert"), rows)
        return spent

    def finish(self, kind: Kind, name: str, outcomes: Sequence[Outcome], note: str | None = None) -> None:
        """Write what came of a source; several outcomes (channels, batches) share one row."""
        errors = [outcome.error for outcome in outcomes if outcome.error]
        message = note
        if errors:
            many = f"{len(errors)} of {len(outcomes)} failed: " if len(outcomes) > 1 else ""
            message = "; ".join(filter(None, [note, f"{many}{errors[0]}"]))
        answers = [outcome.answer for outcome in outcomes if outcome.answer]
        values = (
            _state(outcomes),
            self.clock(),
            sum(outcome.units for outcome in outcomes),
            sum(len(answer.sightings) for answer in answers),
            sum(len(answer.skipped) for answer in answers),
            message[:_LONGEST_MESSAGE] if message else None,
        )
        self.connection.execute(_FINISH, [*values, self.run_id, kind, name])

    def forget_before(self, days: int) -> None:
        """Delete the record of runs that began more than ``days`` ago."""
        self.connection.execute(
            "DELETE FROM ytempire.trend_source_runs WHERE started_at < %s", [self.clock() - timedelta(days=days)]
        )


def left_out(outcome: Outcome) -> bool:
    """Whether nothing is wrong with the source: the share was used up, or the run's time was over."""
    error = outcome.error
    return isinstance(error, OutOfTime) or (isinstance(error, QuotaExhausted) and error.bucket == SHARE)


def _state(outcomes: Sequence[Outcome]) -> str:
    bad = [outcome for outcome in outcomes if outcome.error]
    if not bad:
        return "ok"
    if len(bad) < len(outcomes):
        return "partial"
    return "left_out" if all(left_out(outcome) for outcome in bad) else "failed"


@dataclass(frozen=True)
class SourceState:
    """The last run of a source. ``last_good_at`` is None when none ever succeeded."""

    source: str
    name: str
    state: str
    started_at: datetime
    units: int
    snapshots: int
    skipped: int
    message: str | None
    last_good_at: datetime | None


def source_states(connection: Connection) -> list[SourceState]:
    """Return the last run of every source that is still in the record, by kind and name."""
    return [SourceState(**row) for row in connection.execute(load_sql(__package__, "source_runs"))]
