"""The candidates of one retraining: each kind of model trained on the same days, and the best of them chosen."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd

from etl.features.contract import LABEL
from ml.trend.data import Preparation, Split, to_charts
from ml.trend.model import TrendModel
from ml.trend.search import Found, fitting
from ml.trend.stack import EVEN
from ytempire.settings import TrainingSettings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Lesson:
    """What every candidate learns from; ``kept`` is where one may keep what it goes on from when it was killed."""

    split: Split
    inputs: list[str]
    found: Found
    settings: TrainingSettings
    kept: Path


def planned_epochs(found: Found, charts: int, settings: TrainingSettings) -> int:
    """Return how many epochs over ``charts`` fit into what the search has left of the time budget."""
    left = settings.time_budget_seconds - found.seconds
    return max(1, min(found.recipe.epochs, int(left * found.charts_a_second / charts)))


def train_network(lesson: Lesson) -> TrendModel:
    """Train the best recipe on all days before the test, going on from the last checkpoint."""
    from ml.trend.fit import fit

    days = lesson.split.before_test
    preparation = Preparation.fit(days, lesson.inputs)
    charts = to_charts(days, preparation)
    epochs = planned_epochs(lesson.found, len(charts), lesson.settings)
    recipe = replace(lesson.found.recipe, shape=fitting(lesson.found.recipe.shape, preparation), epochs=epochs)
    network = fit(recipe, charts, settings=lesson.settings, kept=lesson.kept / "network").network
    return TrendModel(network, preparation)


def train_trees(lesson: Lesson) -> TrendModel:
    """Grow trees until the validation days get no better, then as many on all days before the test."""
    from ml.trend.trees import Known, grow

    def known(rows: pd.DataFrame) -> Known:
        return Known(rows, rows[LABEL].to_numpy(dtype=np.float32))

    split, settings = lesson.split, lesson.settings
    before = Preparation.fit(split.train, lesson.inputs)
    watched = grow(known(split.train), before, settings.trees, seed=settings.seed, validation=known(split.validation))
    preparation = Preparation.fit(split.before_test, lesson.inputs)
    grown = grow(known(split.before_test), preparation, settings.trees, seed=settings.seed, rounds=watched.rounds)
    return TrendModel(None, preparation, grown)


def stack_both(lesson: Lesson) -> TrendModel:
    """Put the network and the trees that were just trained together, both counting alike.

    Learned weights come out near that (the train report does learn them), and would cost another training of the
    network without the validation days. Raises InvalidInput if one of the two was not trained.
    """
    network, trees = (TrendModel.load(lesson.kept / f"candidate-{kind}") for kind in ("network", "lightgbm"))
    return replace(network, trees=trees.trees, mix=EVEN)


TRAINERS: dict[str, Callable[[Lesson], TrendModel]] = {
    "network": train_network,
    "lightgbm": train_trees,
    "stack": stack_both,
}
