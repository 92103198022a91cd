"""The report's further tasks: every model beside its baselines on growth and breakout (``tasks.py``).

The network has learned both beside its own task; trees and the linear model learn each on its own. ``logistic`` is
the linear model of a task: for an amount a linear regression.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.features.contract import KEYS
from ml.steps import Steps
from ml.trend.baselines import linear, logistic
from ml.trend.data import Preparation
from ml.trend.model import TrendModel
from ml.trend.report.measures import amount_report, listing_report
from ml.trend.report.tasks import Task, breakout_baselines, breakout_task, growth_baselines, growth_task
from ml.trend.trees import Goal, Known, Trees, grow
from ytempire.settings import TrainingSettings

Floats = npt.NDArray[np.float64]


def further_report(
    frame: pd.DataFrame, until: date, network: TrendModel, settings: TrainingSettings, steps: Steps
) -> dict[str, Any]:
    """Return ``growth`` and ``breakout``: slice → model → figures of the rows after ``until``."""
    after = frame[frame["day"] > until].reset_index(drop=True)
    said = pd.concat([after[list(KEYS)], network.foresee(after)], axis=1)
    growing = _drawn(growth_task(frame, until), settings)
    amounts = growth_baselines(growing)
    amounts["logistic"] = linear(growing.before.rows, growing.before.target, growing.later.rows, network.preparation)
    amounts["lightgbm"] = _grown(growing, network.preparation, settings, steps, "growth", "amount")
    amounts["network"] = _of(said, growing.later.rows, "growth_tomorrow")
    amounts["promoted"] = amounts["lightgbm"]
    breaking = _drawn(breakout_task(frame, until), settings)
    chances = breakout_baselines(breaking)
    chances["logistic"] = _logistic(breaking, network.preparation)
    chances["lightgbm"] = _grown(breaking, network.preparation, settings, steps, "breakout", "chance")
    # One row a video and day stands for all its countries, as the network says of each.
    by_video = said.assign(breaks_out=said.groupby(["youtube_video_id", "day"])["breaks_out"].transform("mean"))
    chances["network"] = _of(by_video, breaking.later.rows, "breaks_out")
    chances["promoted"] = chances["lightgbm"]
    return {
        "growth": amount_report(growing.later.rows, growing.later.target.astype(np.float64), amounts),
        "breakout": listing_report(breaking.later.target.astype(np.float64), chances),
    }


def _drawn(task: Task, settings: TrainingSettings) -> Task:
    """Return the task with at most ``settings.trees.task_rows`` to learn from."""
    rows, target, most = task.before.rows, task.before.target, settings.trees.task_rows
    if len(rows) <= most:
        return task
    chosen = np.sort(np.random.default_rng(settings.seed).choice(len(rows), most, replace=False))
    return Task(Known(rows.iloc[chosen].reset_index(drop=True), target[chosen]), task.later)


def _logistic(task: Task, preparation: Preparation) -> Floats:
    if len(np.unique(task.before.target)) < 2:
        return np.full(len(task.later.target), float(task.before.target.mean()))
    return logistic(task.before.rows, task.before.target, task.later.rows, preparation)


def _of(said: pd.DataFrame, rows: pd.DataFrame, name: str) -> Floats:
    """Return what is said of each of ``rows``."""
    found = rows[list(KEYS)].merge(said[[*KEYS, name]], on=list(KEYS), how="left", validate="one_to_one")
    return np.asarray(found[name], dtype=np.float64)


def _grown(
    task: Task, preparation: Preparation, settings: TrainingSettings, steps: Steps, name: str, goal: Goal
) -> Floats:
    """Return what trees say that were grown for ``task``."""
    grown = steps.files_once(
        name,
        lambda folder: grow(
            task.before, preparation, settings.trees, seed=settings.seed, rounds=settings.trees.task_rounds, goal=goal
        ).save(folder),
    )
    return np.asarray(Trees.load(grown).predict(task.later.rows, preparation), dtype=np.float64)
