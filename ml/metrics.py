"""The measures of a chance against what came true, the same for every model and its baselines."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Metrics = dict[str, float]


def score(chances: npt.ArrayLike, labels: npt.ArrayLike) -> Metrics:
    """Return n, accuracy and F1 at one half, AUC, and the Brier score (mean squared error of the chance).

    AUC is NaN where only one outcome occurs.
    """
    from sklearn.metrics import roc_auc_score

    chance = np.asarray(chances, dtype=np.float64)
    label = np.asarray(labels, dtype=np.float64)
    said, is_so = chance > 0.5, label > 0.5
    hits = float((said & is_so).sum())
    both = 0.0 < label.mean() < 1.0 if len(label) else False
    return {
        "n": float(len(label)),
        "accuracy": float((said == is_so).mean()) if len(label) else float("nan"),
        "auc": float(roc_auc_score(is_so, chance)) if both else float("nan"),
        "brier": float(((chance - label) ** 2).mean()) if len(label) else float("nan"),
        "f1": 2 * hits / max(float(said.sum() + is_so.sum()), 1.0),
    }
