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
from ml.trend.evaluate import by_day
from ml.trend.report.charts import build_features, history_hash, read_features, read_titles, sample_features
from ml.trend.report.further import further_report
from ml.trend.report.learning import Learned, Past, first_of_last, learn
from ml.trend.report.measures import chance_report, differences, reliability, renewed_days, slices
from ml.trend.select import select_features
from ml.trend.titles import TITLE_AXES, Titles, meanings
from ytempire.errors import InvalidInput
from ytempire.settings import TrainingSettings

log = logging.getLogger(__name__)

Floats = npt.NDArray[np.float64]
Report = dict[str, Any]

# What slices, tasks and baselines ask for, whatever the models take.
_ASKED = (
    "rank",
    "days_seen",
    "days_on_chart",
    "log_views",
    "age_hours",
    "views_growth",
    "spread_log_views_growth",
    "spread_share",
    "spread_change",
    "spread_days",
)
_COMPARED_SLICES = ("all", "renewed_days", "first_seen", "seen_before", "country_US")


def train_report(folder: Path, until: date, kept: Path, settings: TrainingSettings, *, processes: int = 2) -> Report:
    """Train on the charts in ``folder`` up to ``until``, measure on the days after it; return task → slice → model.

    What is finished lies below ``kept`` and is not done again. Raises InvalidInput for a folder that is no
    history, or that has no days before or after ``until``.
    """
    import torch

    began = time.monotonic()
    torch.set_num_threads(settings.threads)
    digest = history_hash(folder)
    features = kept / digest / "features"
    build_features(folder, features, processes=processes)
    steps = Steps(kept / digest, training_key(until=until, contract=contract_version(), settings=settings.model_dump()))
    inputs: list[str] = steps.once("selection", lambda: _selection(features, until, settings))["kept"]
    # All features of all rows would not fit beside what is made of them.
    frame = read_features(features, [*inputs, *_ASKED])
    if settings.titles:
        _read_titles(frame, read_titles(folder), until, Titles(kept / "titles"), settings.titles)
    past, later = _cut(frame, until, settings.validation_share)
    log.info("report: %d rows up to %s, %d rows after it, %s", len(past.all), until, len(later), steps.folder)
    learned = learn(past, inputs, settings, steps)
    report: Report = _persistence(past, later, learned, settings)
    report |= further_report(frame, until, learned.models["network"], settings, steps)
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


def _selection(features: Path, until: date, settings: TrainingSettings) -> dict[str, Any]:
    """Choose the inputs by a sample of the early days."""
    cut = first_of_last(read_features(features, []), until, settings.validation_share)
    return asdict(select_features(sample_features(features, cut, settings.selection_rows, settings.seed), settings))


def _read_titles(frame: pd.DataFrame, titles: pd.Series, until: date, known: Titles, most: int) -> None:
    """Add what titles mean to ``frame``: those of the past first, so that the days after it have no say in them."""
    own, later = frame["youtube_video_id"].map(titles), (frame["day"] > until).to_numpy()
    frame[list(TITLE_AXES)] = pd.concat([meanings(own[part], known, most=most) for part in (~later, later)])


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
    parts, videos = slices(later), later["youtube_video_id"].to_numpy(dtype=object)
    parts["renewed_days"] = renewed_days(later, labels)
    found = chance_report(parts, labels, chances)
    for name in (name for name in _COMPARED_SLICES if name in found):
        part = parts[name]
        for kind in ("network", "stack", "promoted"):
            ours, theirs = chances[kind][part], chances["lightgbm"][part]
            found[name][kind] |= differences(videos[part], labels[part], ours, theirs, settings.seed)
    return {
        "persistence": found,
        "by_day": {kind: by_day(later, chances[kind]) for kind in ("lightgbm", "promoted")},
        "calibration": {name: reliability(labels, given) for name, given in chances.items()},
        "about": {"promoted": learned.promoted, "decided_on": learned.decided_on},
    }
