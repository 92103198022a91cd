"""What a model must beat: the majority, a lookup table, a logistic regression, on the same rows."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.features.contract import LABEL
from ml.trend.data import Preparation

Chances = npt.NDArray[np.float64]

# A cell of the table counts as if it had seen this many average rows besides its own.
_PRIOR_ROWS = 20.0
_REGION_GROUPS = 5


def baselines(before: pd.DataFrame, later: pd.DataFrame, preparation: Preparation) -> dict[str, Chances]:
    """Learn each baseline on ``before`` and return its chances for ``later``, by name."""
    return {
        "majority": majority(before, later),
        "lookup": lookup_table(before, later),
        "logistic": logistic_regression(before, later, preparation),
    }


def majority(before: pd.DataFrame, later: pd.DataFrame) -> Chances:
    """Return the share of the past for every row."""
    return np.full(len(later), float(before[LABEL].mean()))


def lookup_table(before: pd.DataFrame, later: pd.DataFrame) -> Chances:
    """Return the past share of rows alike in rank (by five), days on the chart and the country's turnover."""
    share = before.groupby("region_code")[LABEL].mean()
    limits = share.quantile(np.linspace(0, 1, _REGION_GROUPS + 1)[1:-1]).to_numpy()
    mean = float(before[LABEL].mean())

    def cells(frame: pd.DataFrame) -> npt.NDArray[np.int64]:
        group = np.searchsorted(limits, frame["region_code"].map(share).fillna(mean).to_numpy())
        days = np.minimum(frame["days_on_chart"].to_numpy(), 5)
        cell = (((frame["rank"].to_numpy() - 1) // 5) * 10 + days) * 10 + group
        return np.asarray(cell, dtype=np.int64)

    known = pd.DataFrame({"cell": cells(before), "stays": before[LABEL].to_numpy(dtype=np.float64)})
    table = known.groupby("cell")["stays"].agg(["sum", "count"])
    chance = (table["sum"] + _PRIOR_ROWS * mean) / (table["count"] + _PRIOR_ROWS)
    return np.asarray(pd.Series(cells(later)).map(chance).fillna(mean), dtype=np.float64)


def logistic_regression(before: pd.DataFrame, later: pd.DataFrame, preparation: Preparation) -> Chances:
    """Return what scikit-learn's logistic regression learns from the same numbers and categories."""
    return logistic(before, before[LABEL].to_numpy(), later, preparation)


def logistic(before: pd.DataFrame, target: npt.ArrayLike, later: pd.DataFrame, preparation: Preparation) -> Chances:
    """Return the chances of ``later`` from a logistic regression of ``target``, 0 or 1, on the rows ``before``."""
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=0.1, max_iter=100, tol=1e-3)
    with warnings.catch_warnings():
        # The last iterations change the fourth digit; they are not waited for.
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(_matrix(before, preparation), target)
    return np.asarray(model.predict_proba(_matrix(later, preparation))[:, 1], dtype=np.float64)


def linear(before: pd.DataFrame, target: npt.ArrayLike, later: pd.DataFrame, preparation: Preparation) -> Chances:
    """Return amounts for ``later`` from a linear regression of ``target`` that errs least in absolute terms."""
    from sklearn.linear_model import SGDRegressor

    model = SGDRegressor(
        "epsilon_insensitive", epsilon=0.0, alpha=1e-5, max_iter=5, tol=None, average=True, random_state=1
    )
    model.fit(_matrix(before, preparation), target)
    return np.asarray(model.predict(_matrix(later, preparation)), dtype=np.float64)


def _matrix(rows: pd.DataFrame, preparation: Preparation) -> Any:
    regions = rows["region_code"].to_numpy()[:, None] == np.asarray(preparation.regions)[None, :]
    kinds = rows["category_id"].to_numpy()[:, None] == np.asarray(preparation.categories)[None, :]
    return np.concatenate([preparation.encode(rows), regions, kinds], axis=1, dtype=np.float32)
