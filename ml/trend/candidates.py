"""The candidates of one retraining: each kind of model trained on the same days, and the best of them chosen."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from ml.trend.data import Preparation, Split, to_charts
from ml.trend.model import TrendModel
from ml.trend.search import Found, fitting
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


TRAINERS: dict[str, Callable[[Lesson], TrendModel]] = {"network": train_network}
