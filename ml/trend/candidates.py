"""The candidates of one retraining: a network, trees, and both together, trained on all days before the test.

What is decided on the validation days (how many trees, how much each half of the stack counts) is decided with models
that have not seen them: the best trial's network, and trees grown on the same days.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from etl.features.contract import LABEL
from ml.steps import Steps
from ml.trend.data import Preparation, to_charts
from ml.trend.further import further
from ml.trend.model import TrendModel
from ml.trend.search import Found, fitting
from ml.trend.split import Split
from ml.trend.stack import learn_mix
from ml.trend.trees import Known, grow
from ytempire.settings import TrainingSettings, TreesSettings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lesson:
    """What every candidate learns from; ``trial`` holds the best trial's network, of the training days alone."""

    split: Split
    inputs: list[str]
    found: Found
    trial: Path
    settings: TrainingSettings


def train_candidates(lesson: Lesson, steps: Steps) -> dict[str, Path]:
    """Train what the settings name, each once; return where each lies. The stack is made of the other two."""
    makers: dict[str, Callable[[], TrendModel]] = {
        "network": lambda: _network(lesson, steps.folder / "checkpoints"),
        "lightgbm": lambda: _trees(lesson, steps),
        "stack": lambda: _stack(lesson, steps, folders),
    }
    wanted = lesson.settings.candidates
    parts = ["network", "lightgbm"] if "stack" in wanted else []
    folders: dict[str, Path] = {}
    for kind in dict.fromkeys([*parts, *sorted(wanted, key=list(makers).index)]):
        folders[kind] = steps.files_once(f"candidate-{kind}", lambda draft, make=makers[kind]: make().save(draft))  # type: ignore[misc]
    return {kind: folders[kind] for kind in wanted}


def planned_epochs(found: Found, charts: int, settings: TrainingSettings) -> int:
    """Return how many epochs over ``charts`` fit into what the search has left of the time budget."""
    left = settings.time_budget_seconds - found.seconds
    return max(1, min(found.recipe.epochs, int(left * found.charts_a_second / charts)))


def _network(lesson: Lesson, kept: Path) -> TrendModel:
    """Train the best recipe, going on from the last checkpoint."""
    from ml.trend.fit import fit

    days = lesson.split.before_test
    preparation = Preparation.fit(days, lesson.inputs)
    charts = to_charts(days, preparation, further(days))
    epochs = planned_epochs(lesson.found, len(charts), lesson.settings)
    recipe = replace(lesson.found.recipe, shape=fitting(lesson.found.recipe.shape, preparation), epochs=epochs)
    return TrendModel(fit(recipe, charts, settings=lesson.settings, kept=kept).network, preparation)


def _trees(lesson: Lesson, steps: Steps) -> TrendModel:
    """Grow as many trees as were best for the validation days, more as there are more days."""
    days, settings = lesson.split.before_test, lesson.settings
    early = TrendModel.load(_early_trees(lesson, steps)).trees
    assert early is not None  # noqa: S101 -- trees were kept
    rounds = max(1, round(early.rounds * (len(days) / len(lesson.split.train)) ** 0.5))
    preparation = Preparation.fit(days, lesson.inputs)
    grown = grow(_known(days), preparation, _beside_others(settings), seed=settings.seed, rounds=rounds)
    return TrendModel(None, preparation, grown)


def _early_trees(lesson: Lesson, steps: Steps) -> Path:
    split, settings = lesson.split, lesson.settings

    def make(draft: Path) -> None:
        preparation = Preparation.fit(split.train, lesson.inputs)
        seen, watched = _known(split.train), _known(split.validation)
        grown = grow(seen, preparation, _beside_others(settings), seed=settings.seed, validation=watched)
        TrendModel(None, preparation, grown).save(draft)

    return steps.files_once("early-lightgbm", make)


def _stack(lesson: Lesson, steps: Steps, folders: dict[str, Path]) -> TrendModel:
    """Weigh network and trees by what those of the training days say of the validation days."""
    watched = lesson.split.validation
    network = TrendModel.load(lesson.trial).chances(watched)
    grown = TrendModel.load(_early_trees(lesson, steps)).chances(watched)
    mix = learn_mix(network, grown, watched[LABEL].to_numpy())
    log.info("training %s: the stack is %s", steps.key, mix)
    trees = TrendModel.load(folders["lightgbm"]).trees
    return replace(TrendModel.load(folders["network"]), trees=trees, mix=mix)


def _beside_others(settings: TrainingSettings) -> TreesSettings:
    """Return the trees' settings with the retraining's threads: two that wait for each other on a busy host starve."""
    return settings.trees.model_copy(update={"threads": min(settings.threads, settings.trees.threads)})


def _known(rows: pd.DataFrame) -> Known:
    return Known(rows, rows[LABEL].to_numpy(dtype=np.float32))
