"""What a day's evidence says of a rollout: one step up or back, or none."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any, Literal

from ml.rollout.sequential import Interval
from ytempire.rollouts import Rollout
from ytempire.settings import RolloutSettings

Action = Literal["start", "up", "stay", "down", "return", "promote"]

# A day's forecasts are settled by the charts of the next, and these are whole the day after.
_FRESH_DAYS = 4


@dataclass(frozen=True)
class Evidence:
    """What both versions' predictions led to; differences are the challenger's less the champion's.

    ``brier``: of the forecasts of the same rows, a day one observation; ``last_day`` the newest of these days.
    ``views``: of the logarithm of views, less what is usual for the channel, a video one observation.
    """

    brier: Interval
    views: Interval
    last_day: date | None
    errors: int

    def figures(self) -> dict[str, Any]:
        """Return plain values for JSON; infinite bounds are None."""

        def plain(interval: Interval) -> dict[str, float | None]:
            values = asdict(interval)
            return {name: value if abs(value) < float("inf") else None for name, value in values.items()}

        last = str(self.last_day) if self.last_day else None
        return {"brier": plain(self.brier), "views": plain(self.views), "last_day": last, "errors": self.errors}


@dataclass(frozen=True)
class Decision:
    """What is done with a rollout: the percentage it has afterwards, and why."""

    action: Action
    percentage: int
    reason: str


def decide(rollout: Rollout, evidence: Evidence, settings: RolloutSettings, today: date) -> Decision:
    """Return what the evidence says: back at once when worse or erring, up only when surely not worse."""
    if (harm := _harm(evidence, settings)) is not None:
        return Decision("return", 0, harm)
    if rollout.stepped_on >= today:
        return Decision("stay", rollout.percentage, "one step a day: today's is done")
    brier = evidence.brier
    if evidence.last_day is None or today - evidence.last_day > timedelta(days=_FRESH_DAYS):
        reason = f"no forecast was settled since {evidence.last_day or 'the start'}: nothing can be said"
    elif brier.high < settings.brier_margin:
        return _up(rollout, settings, f"surely not worse by {settings.brier_margin:g}: {_said(brier)}")
    elif brier.difference > settings.brier_margin and (lower := _below(rollout, settings)) is not None:
        return Decision("down", lower, f"worse so far by more than {settings.brier_margin:g}: {_said(brier)}")
    else:
        reason = f"too early to tell: {_said(brier)}"
    if today - rollout.stepped_on >= timedelta(days=settings.patience_days):
        return Decision("return", 0, f"no verdict in {settings.patience_days} days; {reason}")
    return Decision("stay", rollout.percentage, reason)


def _harm(evidence: Evidence, settings: RolloutSettings) -> str | None:
    """Say why the challenger must go back at once, None where nothing says so."""
    if evidence.errors >= settings.most_errors:
        return f"it failed {evidence.errors} times"
    if evidence.brier.low > 0:
        return f"surely worse: {_said(evidence.brier)}"
    if evidence.views.high < 0:
        views = evidence.views
        return f"its videos are surely watched less: log views {views.difference:+.3f} over {views.n} videos"
    return None


def _up(rollout: Rollout, settings: RolloutSettings, reason: str) -> Decision:
    above = [step for step in settings.steps if step > rollout.percentage]
    return Decision("up", above[0], reason) if above else Decision("promote", 100, reason)


def _below(rollout: Rollout, settings: RolloutSettings) -> int | None:
    return max((step for step in settings.steps if step < rollout.percentage), default=None)


def _said(brier: Interval) -> str:
    return f"Brier {brier.difference:+.5f} ({brier.low:+.5f} to {brier.high:+.5f}) over {brier.n} days"
