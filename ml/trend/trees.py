"""Gradient boosted trees on single rows (LightGBM, Ke et al. 2017): a candidate, and one half of the stack.

The trees read the numbers as they are, missing ones included, and the country and the category as codes of the
preparation's vocabularies; of the other rows of a chart they know what the features tell.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from ml.trend.data import Floats, Preparation, codes
from ytempire.settings import TreesSettings

if TYPE_CHECKING:
    import lightgbm

log = logging.getLogger(__name__)

FILE = "trees.txt"
Goal = Literal["chance", "amount"]

_OBJECTIVES: dict[Goal, dict[str, Any]] = {
    "chance": {"objective": "binary"},
    # The mean absolute error is what an amount is measured by.
    "amount": {"objective": "regression_l1"},
}


@dataclass(frozen=True)
class Known:
    """Rows and what came true of them."""

    rows: pd.DataFrame
    target: npt.NDArray[np.float32]


@dataclass(frozen=True)
class Trees:
    """Grown trees; ``predict`` gives chances, or amounts where they were grown for amounts."""

    booster: lightgbm.Booster

    @property
    def rounds(self) -> int:
        """How many trees there are."""
        return int(self.booster.num_trees())

    def predict(self, rows: pd.DataFrame, preparation: Preparation) -> Floats:
        """Return one number for each of ``rows``. Raises InvalidInput if a feature is missing or infinite."""
        return np.asarray(self.booster.predict(matrix(rows, preparation), num_threads=1), dtype=np.float32)

    def save(self, folder: Path) -> None:
        """Write LightGBM's text into ``folder``."""
        (folder / FILE).write_text(self.booster.model_to_string(), encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what ``save`` wrote."""
        import lightgbm

        return cls(lightgbm.Booster(model_str=(folder / FILE).read_text(encoding="utf-8")))


def grow(
    known: Known,
    preparation: Preparation,
    settings: TreesSettings,
    *,
    seed: int,
    validation: Known | None = None,
    rounds: int | None = None,
    goal: Goal = "chance",
) -> Trees:
    """Grow trees on ``known``: as many as ``rounds``, or until ``validation`` gets no better."""
    import lightgbm

    parameters = _parameters(settings, seed) | _OBJECTIVES[goal]
    names = [*preparation.numbers, "region_code", "category_id"]
    options: dict[str, Any] = {"feature_name": names, "categorical_feature": ["category_id"]}
    data = lightgbm.Dataset(matrix(known.rows, preparation), known.target, params=parameters, **options)
    calls: list[Callable[..., Any]] = []
    watched = []
    if validation is not None:
        watched = [data.create_valid(matrix(validation.rows, preparation), validation.target)]
        calls = [lightgbm.early_stopping(settings.patience, verbose=False)]
    booster = lightgbm.train(parameters, data, rounds or settings.rounds, valid_sets=watched, callbacks=calls)
    best = booster.best_iteration if validation is not None else booster.current_iteration()
    log.info("trees: %d grown on %d rows", best, len(known.rows))
    # Without the training data, and without the trees behind the best one.
    return Trees(lightgbm.Booster(model_str=booster.model_to_string(num_iteration=best)))


def matrix(rows: pd.DataFrame, preparation: Preparation) -> Floats:
    """Return (rows, numbers + 2) as the trees read them: unknown countries and categories are missing."""
    filled = np.empty((len(rows), len(preparation.numbers) + 2), dtype=np.float32)
    for part, values in preparation.values(rows):
        filled[part, :-2] = values
    regions = {code: number for number, code in enumerate(preparation.regions)}
    categories = {code: number for number, code in enumerate(preparation.categories)}
    filled[:, -2] = codes(rows["region_code"], regions, np.nan)
    filled[:, -1] = codes(rows["category_id"], categories, np.nan)
    return filled


def _parameters(settings: TreesSettings, seed: int) -> dict[str, Any]:
    return {
        "learning_rate": settings.learning_rate,
        "num_leaves": settings.leaves,
        "min_data_in_leaf": settings.leaf_rows,
        "feature_fraction": settings.feature_share,
        "bagging_fraction": settings.row_share,
        "bagging_freq": 1,
        "lambda_l2": settings.shrinkage,
        "max_bin": settings.bins,
        "num_threads": settings.threads,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "verbosity": -1,
    }
