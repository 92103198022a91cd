"""Which history this sandbox replays, and how it lies over the present; kept in the world's state."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from weakref import WeakKeyDictionary

from fastapi import Depends

from sandbox import synthetic
from sandbox.core import World, WorldDep
from sandbox.history import CHART_HOUR, ReplayWorld, whole_weeks_shift

_FACT = "history_shift_days"
_lock = threading.Lock()
_replays: WeakKeyDictionary[World, ReplayWorld] = WeakKeyDictionary()


def _folder(world: World) -> Path:
    """The world's history; a synthetic one is written under the state once, for each seed."""
    if world.history is not None:
        return world.history
    folder = world.state / f"history-{world.seed}"
    if not (folder / "snapshots.parquet").exists():
        synthetic.synthesize(folder, seed=world.seed)
    return folder


def replay_of(world: World) -> ReplayWorld:
    """The world's replay, read at the first call.

    The shift is decided when the state is new (or was emptied): the history's last day lies on the real
    present or within the week after it.
    """
    with _lock:
        replay = _replays.get(world)
        if replay is None:
            replay = _replays[world] = ReplayWorld(_folder(world))
        shift = world.fact(_FACT)
        if shift is None:
            shift = whole_weeks_shift(replay.last_day, (datetime.now(UTC) - CHART_HOUR).date())
            world.keep_fact(_FACT, shift)
        replay.shift_days = shift
        return replay


def _replay_of(world: WorldDep) -> ReplayWorld:
    return replay_of(world)


ReplayDep = Annotated[ReplayWorld, Depends(_replay_of)]
