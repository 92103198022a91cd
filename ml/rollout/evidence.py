"""What the predictions of both sides of a rollout led to.

Two things are compared. Sooner: whether the rows of the charts stayed, as both
versions had said of the same rows. Later: how the videos were watched that were
made from each side's topics; a channel is on one side only, so its own usual
views are taken off first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from ml.rollout.decide import Evidence
from ml.rollout.sequential import Interval, paired, two_groups
from ytempire.database.connection import Connection, load_sql
from ytempire.rollouts import Rollout
from ytempire.settings import RolloutSettings


def gather(connection: Connection, rollout: Rollout, settings: RolloutSettings, today: date) -> Evidence:
    """Return all that is known of a rollout by ``today`` (UTC)."""
    days = live_days(connection, rollout)
    return Evidence(
        brier=paired([row["challenger"] - row["champion"] for row in days], settings.error_share),
        views=_views(connection, rollout, settings, today),
        last_day=days[-1]["day"] if days else None,
        errors=rollout.error_count,
    )


def live_days(connection: Connection, rollout: Rollout) -> list[dict[str, Any]]:
    """Return day, rows and the Brier score of ``challenger`` and ``champion`` on the same rows, the oldest first."""
    names = {
        "model_name": rollout.model_name,
        "version": rollout.version,
        "champion_version": rollout.champion_version,
    }
    return connection.execute(load_sql(__package__, "forecast_days"), names).fetchall()


def _views(connection: Connection, rollout: Rollout, settings: RolloutSettings, today: date) -> Interval:
    rows = connection.execute(
        load_sql(__package__, "outcomes"),
        {
            "rollout_id": rollout.rollout_id,
            "started_on": rollout.started_on,
            "days": settings.outcome_days,
            "wait": settings.outcome_wait_days,
            "today": today,
        },
    ).fetchall()
    earlier: dict[UUID, list[float]] = defaultdict(list)
    for row in rows:
        if row["arm"] is None:
            earlier[row["channel_id"]].append(row["log_views"])
    usual = _habits(earlier, {row["channel_id"] for row in rows}, settings.habit_videos)
    sides: dict[str, list[float]] = {"champion": [], "challenger": []}
    for row in rows:
        if row["arm"] is not None:
            sides[row["arm"]].append(row["log_views"] - usual[row["channel_id"]])
    return two_groups(sides["challenger"], sides["champion"], settings.error_share)


def _habits(earlier: Mapping[UUID, list[float]], channels: Iterable[UUID], weight: float) -> dict[UUID, float]:
    """Return each channel's usual logarithm of views, drawn to the network's as if by ``weight`` videos more."""
    every = [value for values in earlier.values() for value in values]
    mean = sum(every) / len(every) if every else 0.0
    return {
        channel: (sum(earlier.get(channel, [])) + weight * mean) / (len(earlier.get(channel, [])) + weight)
        for channel in channels
    }
