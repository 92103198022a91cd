"""Figures of the report: by slice, with intervals of differences, and how well chances keep their word."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from ml.metrics import Metrics, score
from ml.trend.report.countries import group_of

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_BINS = 10
_LEAST_ROWS = 500
_RENEWED_AT_MOST = 0.8
_SINGLE = ("US", "IN", "BR", "ID", "JP", "MX", "DE", "GB", "KR", "NG")
_DRAWS = 200
_BREAKOUTS_LISTED = (100, 500)


def slices(rows: pd.DataFrame) -> dict[str, Flags]:
    """Return the rows of each slice: all, new or seen before, groups of countries, big countries, categories."""
    first = rows["days_seen"].to_numpy() == 0
    group = rows["region_code"].map(group_of).to_numpy()
    parts = {"all": np.ones(len(rows), dtype=bool), "first_seen": first, "seen_before": ~first}
    parts |= {f"group_{name}": group == name for name in sorted(set(group))}
    parts |= {f"country_{code}": rows["region_code"].to_numpy() == code for code in _SINGLE}
    parts |= {
        f"category_{code}": rows["category_id"].to_numpy() == code for code in sorted(rows["category_id"].unique())
    }
    return {name: part for name, part in parts.items() if name == "all" or part.sum() >= _LEAST_ROWS}


def renewed_days(rows: pd.DataFrame, labels: Floats) -> Flags:
    """Return the rows of days whose charts YouTube renewed, which nobody knows on the day itself.

    On a usual day 55 to 70 % of all rows stay; on four of the 202 days up to 2026-06-28 it was 85 to 94 %, in every
    country at once.
    """
    stayed = pd.Series(labels, index=rows.index).groupby(rows["day"]).transform("mean")
    return np.asarray(stayed <= _RENEWED_AT_MOST)


def chance_report(
    parts: Mapping[str, Flags], labels: Floats, chances: Mapping[str, Floats]
) -> dict[str, dict[str, dict[str, float]]]:
    """Return slice → model → metrics of chances against what came true."""
    return {
        name: {model: _rounded(score(given[part], labels[part])) for model, given in chances.items()}
        for name, part in parts.items()
    }


def amount_report(
    rows: pd.DataFrame, target: Floats, amounts: Mapping[str, Floats]
) -> dict[str, dict[str, dict[str, float]]]:
    """Return slice → model → mean absolute error, in the unit of ``target``."""
    off = {model: np.abs(given - target) for model, given in amounts.items()}
    return {
        name: {
            model: {"n": float(part.sum()), "mae": round(float(error[part].mean()), 5)} for model, error in off.items()
        }
        for name, part in slices(rows).items()
    }


def listing_report(labels: Floats, chances: Mapping[str, Floats]) -> dict[str, dict[str, dict[str, float]]]:
    """Return all → model → average precision, precision among the k likeliest, and the other measures.

    Where nothing came true there is no precision to be told.
    """
    from sklearn.metrics import average_precision_score

    found = {}
    for model, given in chances.items():
        order = np.argsort(-given, kind="stable")
        found[model] = _rounded(score(given, labels) | {"positives": float(labels.sum())})
        if not labels.any():
            continue
        found[model] |= _rounded(
            {"average_precision": float(average_precision_score(labels, given))}
            | {f"precision_at_{k}": float(labels[order[:k]].mean()) for k in _BREAKOUTS_LISTED if k <= len(labels)}
            | {"precision_at_positives": float(labels[order[: max(int(labels.sum()), 1)]].mean())}
        )
    return {"all": found}


def reliability(labels: Floats, chances: Floats) -> list[dict[str, float]]:
    """Return for ten equal steps of the chance: the rows in it, their mean chance, and how many came true."""
    step = np.minimum((chances * _BINS).astype(np.int64), _BINS - 1)
    table = pd.DataFrame({"step": step, "chance": chances, "true": labels}).groupby("step")
    return [
        {
            "from": at / _BINS,
            "n": float(len(part)),
            "chance": round(part["chance"].mean(), 4),
            "true": round(part["true"].mean(), 4),
        }
        for at, part in table
    ]


def differences(videos: npt.NDArray[np.object_], labels: Floats, ours: Floats, theirs: Floats, seed: int) -> Metrics:
    """Return accuracy, AUC and Brier of ``ours`` minus ``theirs``, with 95 % intervals by drawing videos.

    Rows of one video are not independent: whole videos are drawn with replacement (Efron and Tibshirani 1993).
    """
    codes, names = pd.factorize(videos)
    generator = np.random.default_rng(seed)
    told = labels > 0.5
    hits = ((ours > 0.5) == told).astype(np.float64) - ((theirs > 0.5) == told)
    brier = (ours - labels) ** 2 - (theirs - labels) ** 2
    orders = [np.argsort(given, kind="stable") for given in (ours, theirs)]
    drawn = []
    for draw in range(_DRAWS + 1):
        # The first is the sample as it is.
        weight = (
            np.ones(len(labels))
            if draw == 0
            else np.bincount(generator.integers(0, len(names), len(names)), minlength=len(names))[codes].astype(
                np.float64
            )
        )
        total = weight.sum()
        auc = [
            _auc(weight[order], told[order], given[order]) for order, given in zip(orders, (ours, theirs), strict=True)
        ]
        drawn.append([(hits * weight).sum() / total, auc[0] - auc[1], (brier * weight).sum() / total])
    table = np.asarray(drawn)
    low, high = np.quantile(table[1:], [0.025, 0.975], axis=0)
    figures: Metrics = {}
    for place, name in enumerate(("accuracy", "auc", "brier")):
        figures |= {
            f"{name}_vs_lightgbm": round(float(table[0, place]), 5),
            f"{name}_vs_lightgbm_low": round(float(low[place]), 5),
            f"{name}_vs_lightgbm_high": round(float(high[place]), 5),
        }
    return figures


def _auc(weight: Floats, told: Flags, chance: Floats) -> float:
    """Return the weighted area under the curve of rows sorted by chance; ties count half."""
    yes, no = np.where(told, weight, 0.0), np.where(told, 0.0, weight)
    group = np.cumsum(np.diff(chance, prepend=chance[:1]) != 0)
    yes_of, no_of = np.bincount(group, weights=yes), np.bincount(group, weights=no)
    below = np.cumsum(no_of) - no_of
    return float((yes_of * (below + no_of / 2)).sum() / max(yes.sum() * no.sum(), 1e-12))


def _rounded(metrics: Metrics) -> dict[str, float]:
    return {name: round(value, 5) for name, value in metrics.items() if np.isfinite(value)}
