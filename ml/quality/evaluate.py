"""How good the score is on topics it has not seen: beside its baselines, and whether its chances come true."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from ml.metrics import Metrics, score
from ml.quality.data import Example, labels, matrix
from ytempire.quality.classifier import Head
from ytempire.settings import QualitySettings

Chances = npt.NDArray[np.float64]
_BINS = (0, 20, 40, 60, 70, 85, 90, 95, 100.01)


def chances(train: Sequence[Example], test: Sequence[Example], head: Head) -> dict[str, Chances]:
    """Return the chances of the test's examples by the head and by its baselines: the majority, and the rules' sum."""
    return {
        "majority": np.full(len(test), float(labels(train).mean())),
        "rules": _by_rules(train, test),
        "quality": np.asarray(head.chances(matrix(test)), dtype=np.float64),
    }


def evaluate(test: Sequence[Example], given: dict[str, Chances]) -> dict[str, Metrics]:
    """Return the metrics of each on the same examples."""
    outcome = labels(test)
    return {name: score(chance, outcome) for name, chance in given.items()}


def calibration(test: Sequence[Example], chance: Chances) -> list[dict[str, float]]:
    """Return, for each band of scores, how many there are, their mean score and the share that was published."""
    points, outcome = 100 * chance, labels(test)
    table = []
    for low, high in pairwise(_BINS):
        rows = (points >= low) & (points < high)
        if rows.any():
            table.append(
                {
                    "from": float(low),
                    "to": float(min(high, 100)),
                    "n": int(rows.sum()),
                    "mean_score": round(float(points[rows].mean()), 1),
                    "published_percent": round(100 * float(outcome[rows].mean()), 1),
                }
            )
    return table


def calibration_error(test: Sequence[Example], chance: Chances) -> float:
    """Return the mean distance between score and share published over the bands, by their size (0 … 1)."""
    table = calibration(test, chance)
    apart = sum(row["n"] * abs(row["mean_score"] - row["published_percent"]) for row in table)
    return apart / (100 * sum(row["n"] for row in table))


def verdicts(test: Sequence[Example], chance: Chances, settings: QualitySettings) -> dict[str, dict[str, int]]:
    """Return how many examples of each kind fall where: faultless ones, and each fault when it is the only one."""
    limits = (settings.auto_reject, settings.manual_review, settings.auto_approve)
    names = ("reject", "revise", "review", "approve")
    table: dict[str, dict[str, int]] = {}
    for one, points in zip(test, 100 * chance, strict=True):
        if len(one.faults) <= 1 and not one.by_person:
            row = table.setdefault(one.faults[0] if one.faults else "faultless", dict.fromkeys(names, 0))
            row[names[int(np.searchsorted(limits, points, side="right"))]] += 1
    return dict(sorted(table.items()))


def report(train: Sequence[Example], test: Sequence[Example], head: Head, settings: QualitySettings) -> dict[str, Any]:
    """Return everything that is said of a head: metrics beside the baselines, calibration, verdicts."""
    given = chances(train, test, head)
    ours = given["quality"]
    return {
        "metrics": evaluate(test, given),
        "calibration_error": round(calibration_error(test, ours), 4),
        "calibration": calibration(test, ours),
        "verdicts": verdicts(test, ours, settings),
    }


def text(said: dict[str, Any]) -> str:
    """Return a report as lines of text."""
    lines = ["on unseen topics   accuracy    AUC  Brier     F1"]
    lines += [
        f"  {name:<16} {m['accuracy']:.4f} {m['auc']:.4f} {m['brier']:.4f} {m['f1']:.4f}"
        for name, m in said["metrics"].items()
    ]
    lines += [f"calibration, error {said['calibration_error']:.4f}: score, mean, published, examples"]
    lines += [
        f"  {row['from']:>3.0f} … {row['to']:>3.0f}  {row['mean_score']:>5.1f}  {row['published_percent']:>5.1f} %"
        f"  {row['n']:>4}"
        for row in said["calibration"]
    ]
    lines += ["verdicts            reject revise review approve"]
    lines += [
        f"  {name:<28} " + " ".join(f"{count:>4}" for count in row.values()) for name, row in said["verdicts"].items()
    ]
    return "\n".join(lines)


def _by_rules(train: Sequence[Example], test: Sequence[Example]) -> Chances:
    """Return the chances that a logistic curve reads from the rules' sum; people's decisions have none."""
    from sklearn.linear_model import LogisticRegression

    known = [one for one in train if np.isfinite(one.rules)]
    mean = float(np.mean([one.rules for one in known]))
    curve = LogisticRegression(C=100.0)
    curve.fit(np.array([[one.rules / 100] for one in known]), labels(known))
    sums = np.array([[(one.rules if np.isfinite(one.rules) else mean) / 100] for one in test])
    return np.asarray(curve.predict_proba(sums)[:, 1], dtype=np.float64)
