"""How good chances are on later days: the same measures on the same rows, for the model and its baselines."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.features.contract import LABEL
from ml.metrics import Metrics, score


def slices(test: pd.DataFrame) -> dict[str, npt.NDArray[np.bool_]]:
    """Return the rows of each slice: all, those new in the chart on their day, those seen in it before."""
    first = test["days_seen"].to_numpy() == 0
    return {"all": np.ones(len(test), dtype=bool), "first_seen": first, "seen_before": ~first}


def evaluate(test: pd.DataFrame, chances: Mapping[str, npt.ArrayLike]) -> dict[str, dict[str, Metrics]]:
    """Return slice → model → metrics for all given chances on the rows of ``test``."""
    labels = test[LABEL].to_numpy(dtype=np.float64)
    return {
        name: {model: score(np.asarray(given)[rows], labels[rows]) for model, given in chances.items()}
        for name, rows in slices(test).items()
    }


def by_day(test: pd.DataFrame, chances: npt.ArrayLike) -> dict[str, Metrics]:
    """Return the metrics of each test day, and which share stayed: on some, YouTube barely renews its charts."""
    chance, labels = np.asarray(chances), test[LABEL].to_numpy(dtype=np.float64)
    return {
        str(day): score(chance[rows], labels[rows]) | {"stayed": float(labels[rows].mean())}
        for day, rows in ((day, (test["day"] == day).to_numpy()) for day in sorted(test["day"].unique()))
    }


def table(report: Mapping[str, Mapping[str, Metrics]]) -> str:
    """Return the report as lines of text, a slice a block."""
    lines = []
    for name, models in report.items():
        count = int(next(iter(models.values()))["n"])
        lines.append(f"{name} ({count} rows)      accuracy    AUC  Brier     F1")
        lines += [
            f"  {model:<22} {m['accuracy']:.4f} {m['auc']:.4f} {m['brier']:.4f} {m['f1']:.4f}"
            for model, m in models.items()
        ]
    return "\n".join(lines)
