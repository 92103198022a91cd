"""The train report from beginning to end: features, models, figures on the days after the last training day."""

from __future__ import annotations

import json
import logging
import time
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.features.contract import LABEL, contract_version
from ml.steps import Steps, training_key
from ml.trend.baselines import baselines
from ml.trend.data import Preparation
from ml.trend.report.charts import build_features, history_hash
from ml.trend.report.learning import Learned, Past, learn
from ml.trend.report.measures import (
    amount_report,
    chance_report,
    differences,
    listing_report,
    reliability,
    slices,
)
from ml.trend.report.tasks import Task, breakout_baselines, breakout_task, growth_baselines, growth_task
from ml.trend.select import select_features
from ml.trend.trees import Goal, Known, Trees, grow
from ytempire.errors import InvalidInput
from ytempire.settings import TrainingSettings

log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float64]
Report = dict[str, Any]

_COMPARED_SLICES = ("all", "first_seen", "seen_before", "country_US")


def train_report(folder: Path, until: date, kept: Path, settings: TrainingSettings, *, processes: int = 2) -> Report:
    """Train on the charts in ``folder`` up to ``until``, measure on the days after it; return task → slice → model.

    What is finished lies below ``kept`` and is not done again. Raises InvalidInput for a folder that is no
    history, or that has no days before or after ``until``.
    """
    import torch

    began = time.monotonic()
    torch.set_num_threads(settings.threads)
    digest = history_hash(folder)
    frame = build_features(folder, kept / digest / "features", processes=processes)
    frame["day"] = pd.to_datetime(frame["day"]).dt.date
    steps = Steps(kept / digest, training_key(until=until, contract=contract_version(), settings=settings.model_dump()))
    past, later = _cut(frame, until, settings.validation_share)
    log.info("report: %d rows up to %s, %d rows after it, %s", len(past.all), until, len(later), steps.folder)
    inputs: list[str] = steps.once("selection", lambda: asdict(select_features(past.early, settings)))["kept"]
    learned = learn(past, inputs, settings, steps)
    report: Report = _persistence(past, later, learned, settings)
    preparation = learned.models["network"].preparation
    report["growth"] = _growth(growth_task(frame, until), preparation, settings, steps)
    report["breakout"] = _breakout(breakout_task(frame, until), preparation, settings, steps)
    report["about"] |= {
        "history": str(folder),
        "data_hash": digest,
        "contract": contract_version(),
        "until": str(until),
        "evaluated": f"{later['day'].min()} … {later['day'].max()}",
        "rows": {"trained": len(past.all), "evaluated": len(later)},
        "seconds": {**steps.seconds, "all": round(time.monotonic() - began, 1)},
    }
    return report


def write_report(report: Report, path: Path) -> None:
    """Write the report whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(report, indent=1), encoding="utf-8")
    draft.replace(path)


def _cut(frame: pd.DataFrame, until: date, share: float) -> tuple[Past, pd.DataFrame]:
    later = frame[(frame["day"] > until) & frame[LABEL].notna()].reset_index(drop=True)
    if frame["day"].min() >= until or later.empty:
        days = f"{frame['day'].min()} … {frame['day'].max()}"
        raise InvalidInput("until", f"{until} does not part the days {days}", "Name a day with days before and after.")
    return Past.of(frame, until, share), later


def _persistence(past: Past, later: pd.DataFrame, learned: Learned, settings: TrainingSettings) -> Report:
    labels = later[LABEL].to_numpy(dtype=np.float64)
    chances: dict[str, Floats] = baselines(past.all, later, learned.models["network"].preparation)
    for kind, model in learned.models.items():
        chances[kind] = np.asarray(model.chances(later), dtype=np.float64)
    chances["promoted"] = chances[learned.promoted]
    found = chance_report(later, labels, chances)
    parts, videos = slices(later), later["youtube_video_id"].to_numpy(dtype=object)
    for name in (name for name in _COMPARED_SLICES if name in found):
        part = parts[name]
        for kind in ("network", "stack", "promoted"):
            ours, theirs = chances[kind][part], chances["lightgbm"][part]
            found[name][kind] |= differences(videos[part], labels[part], ours, theirs, settings.seed)
    return {
        "persistence": found,
        "calibration": {name: reliability(labels, given) for name, given in chances.items()},
        "about": {"promoted": learned.promoted, "decided_on": learned.decided_on},
    }


def _growth(task: Task, preparation: Preparation, settings: TrainingSettings, steps: Steps) -> Report:
    amounts = growth_baselines(task)
    amounts["lightgbm"] = _grown(task, preparation, settings, steps, "growth", "amount")
    amounts["promoted"] = amounts["lightgbm"]
    return amount_report(task.later.rows, task.later.target.astype(np.float64), amounts)


def _breakout(task: Task, preparation: Preparation, settings: TrainingSettings, steps: Steps) -> Report:
    chances = breakout_baselines(task)
    chances["lightgbm"] = _grown(task, preparation, settings, steps, "breakout", "chance")
    chances["promoted"] = chances["lightgbm"]
    return listing_report(task.later.target.astype(np.float64), chances)


def _grown(
    task: Task, preparation: Preparation, settings: TrainingSettings, steps: Steps, name: str, goal: Goal
) -> Floats:
    """Return what trees say that were grown for ``task``, on at most ``settings.trees.task_rows``."""
    rows, target = task.before.rows, task.before.target
    if len(rows) > settings.trees.task_rows:
        chosen = np.sort(
            np.random.default_rng(settings.seed).choice(len(rows), settings.trees.task_rows, replace=False)
        )
        rows, target = rows.iloc[chosen], target[chosen]

    def make(folder: Path) -> None:
        grow(
            Known(rows, target),
            preparation,
            settings.trees,
            seed=settings.seed,
            rounds=settings.trees.task_rounds,
            goal=goal,
        ).save(folder)

    trees = Trees.load(steps.files_once(name, make))
    return np.asarray(trees.predict(task.later.rows, preparation), dtype=np.float64)
