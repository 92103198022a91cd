"""The models of the report, each trained once: on the early days to be compared, on all days to be measured.

Rounds and epochs, the weights of the stack and what is promoted are decided on the last days of the past; nothing
of the days after it is looked at.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from etl.features.contract import LABEL
from ml.gate import best_of
from ml.metrics import Metrics, score
from ml.steps import Steps
from ml.trend.data import Preparation, to_charts
from ml.trend.further import further
from ml.trend.model import TrendModel
from ml.trend.stack import learn_mix
from ml.trend.trees import Known, Trees, grow
from ytempire.errors import InvalidInput
from ytempire.settings import TrainingSettings

if TYPE_CHECKING:
    from ml.trend.fit import Recipe

log = logging.getLogger(__name__)

_GROWING = {"learning_rate": 0.05, "rounds": 900, "task_rounds": 350}
# For half a year of all countries; the rate falls to nothing at the end, so that is waited for.
_EPOCHS = 8
_BATCH_CHARTS = 8
_DROPOUT = 0.15
_LEARNING_RATE = 3e-3


def patient(settings: TrainingSettings) -> TrainingSettings:
    """Return the settings with the trees of a long history: smaller steps, and more of them."""
    return settings.model_copy(update={"trees": settings.trees.model_copy(update=_GROWING)})


def first_of_last(rows: pd.DataFrame, until: date, share: float) -> date:
    """Return the first of the last days before ``until``, which are ``share`` of them, by the labelled ``rows``."""
    days: list[date] = sorted(rows.loc[(rows["day"] < until) & rows[LABEL].notna(), "day"].unique())
    if not days:
        raise InvalidInput("until", f"no day before {until} has a label", "Name a later day.")
    return days[-max(1, round(share * len(days)))]


@dataclass(frozen=True)
class Past:
    """The labelled days up to ``until``: the early ones, and the last ones, on which is decided."""

    early: pd.DataFrame
    last: pd.DataFrame

    @classmethod
    def of(cls, frame: pd.DataFrame, until: date, share: float) -> Past:
        """Cut the rows whose label was known on ``until``."""
        known = frame[(frame["day"] < until) & frame[LABEL].notna()]
        cut = first_of_last(known, until, share)
        # What is known on the first of the last days is what the early ones may have learned from.
        early = known[known["day"] < cut - timedelta(days=1)]
        return cls(early.reset_index(drop=True), known[known["day"] >= cut].reset_index(drop=True))

    @property
    def all(self) -> pd.DataFrame:
        """Both together."""
        return pd.concat([self.early, self.last], ignore_index=True)


@dataclass(frozen=True)
class Learned:
    """The models trained on the whole past, the one that is promoted, and what decided it."""

    models: dict[str, TrendModel]
    promoted: str
    decided_on: dict[str, Metrics]


def learn(past: Past, inputs: list[str], settings: TrainingSettings, steps: Steps) -> Learned:
    """Train trees and network on the early days, mix them on the last ones, then train both on all."""
    early = _early(past, inputs, settings, steps)
    labels = past.last[LABEL].to_numpy(dtype=np.float64)
    said = {kind: np.asarray(model.chances(past.last), dtype=np.float64) for kind, model in early.items()}
    mix = learn_mix(said["network"], said["lightgbm"], labels)
    log.info("report: the stack is %s", mix)
    said["stack"] = np.asarray(mix.chances(said["network"], said["lightgbm"]), dtype=np.float64)
    decided_on = {kind: score(given, labels) for kind, given in said.items()}
    promoted = best_of(decided_on, accuracy_slack=settings.accuracy_slack)

    days = past.all
    preparation = Preparation.fit(days, inputs)
    rounds = _scaled(early["lightgbm"].trees, len(days) / len(past.early))
    trees = _once(steps, "lightgbm", lambda: _trees(days, preparation, settings, rounds=rounds))
    epochs = int(steps.once("network-early-epochs", dict)["epochs"])
    network = _once(
        steps, "network", lambda: _network(days, preparation, settings, epochs, steps.folder / "network-checkpoints")
    )
    stack = replace(network, trees=trees.trees, mix=mix)
    return Learned({"network": network, "lightgbm": trees, "stack": stack}, promoted, decided_on)


def _early(past: Past, inputs: list[str], settings: TrainingSettings, steps: Steps) -> dict[str, TrendModel]:
    preparation = Preparation.fit(past.early, inputs)
    watched = Known(past.last, past.last[LABEL].to_numpy(dtype=np.float32))
    trees = _once(steps, "lightgbm-early", lambda: _trees(past.early, preparation, settings, validation=watched))

    def network() -> TrendModel:
        from ml.trend.fit import fit

        fitted = fit(
            _recipe(preparation, settings, _EPOCHS),
            to_charts(past.early, preparation, further(past.early)),
            to_charts(past.last, preparation),
            settings=settings.model_copy(update={"patience": _EPOCHS}),
            kept=steps.folder / "network-early-checkpoints",
        )
        steps.once("network-early-epochs", lambda: {"epochs": fitted.best_epochs, "losses": fitted.losses})
        return TrendModel(fitted.network, preparation)

    return {"network": _once(steps, "network-early", network), "lightgbm": trees}


def _trees(
    rows: pd.DataFrame,
    preparation: Preparation,
    settings: TrainingSettings,
    *,
    validation: Known | None = None,
    rounds: int | None = None,
) -> TrendModel:
    known = Known(rows, rows[LABEL].to_numpy(dtype=np.float32))
    grown = grow(known, preparation, settings.trees, seed=settings.seed, validation=validation, rounds=rounds)
    return TrendModel(None, preparation, grown)


def _network(
    rows: pd.DataFrame, preparation: Preparation, settings: TrainingSettings, epochs: int, kept: Path
) -> TrendModel:
    from ml.trend.fit import fit

    recipe = _recipe(preparation, settings, epochs)
    charts = to_charts(rows, preparation, further(rows))
    return TrendModel(fit(recipe, charts, settings=settings, kept=kept).network, preparation)


def _recipe(preparation: Preparation, settings: TrainingSettings, epochs: int) -> Recipe:
    from ml.trend.search import starting_recipe

    start = starting_recipe(preparation, settings)
    shape = replace(start.shape, dropout=_DROPOUT, learning_rate=_LEARNING_RATE)
    return replace(start, shape=shape, epochs=epochs, batch_charts=_BATCH_CHARTS)


def _once(steps: Steps, name: str, make: Callable[[], TrendModel]) -> TrendModel:
    folder = steps.files_once(name, lambda draft: make().save(draft))
    return TrendModel.load(folder)


def _scaled(trees: Trees | None, more: float) -> int:
    """More rows carry more trees, not quite in proportion."""
    return max(1, round((trees.rounds if trees else 1) * math.sqrt(more)))
