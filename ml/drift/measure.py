"""How far one sample of rows is from another, column by column, with a report by Evidently.

The distance of a number is Wasserstein's in standard deviations of the reference,
that of a category Jensen and Shannon's: measures of size and not of significance,
because with thousands of rows every difference is significant. A column that one
side does not have is told by its missing share.
"""

from __future__ import annotations

import math
import os
import secrets
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from ytempire.errors import InvalidInput

PREDICTION = "prediction"
# Below this share of known values a distribution says nothing; so much more or less of it is drift in itself.
_KNOWN_SHARE = 0.02
_MISSING_CHANGE = 0.5


@dataclass(frozen=True)
class Distances:
    """Distance by column, and of the prediction."""

    features: dict[str, float]
    prediction: float

    def beyond(self, threshold: float) -> dict[str, float]:
        """Return the features from ``threshold`` on, the farthest first."""
        far = {name: value for name, value in self.features.items() if value >= threshold}
        return dict(sorted(far.items(), key=lambda item: -item[1]))


def measure(
    reference: pd.DataFrame,
    current: pd.DataFrame,
    *,
    numbers: Sequence[str],
    categories: Sequence[str],
    threshold: float,
    share: float,
    page: Path,
) -> Distances:
    """Compare the columns and ``prediction``, and write Evidently's report to ``page``, whole or not at all.

    The report calls a column drifted from ``threshold`` on, and all of it when more than ``share`` of them are.

    Raises InvalidInput where there is no prediction, or Evidently gives no distance for a column.
    """
    compared, apart = _comparable(reference, current, [*numbers, PREDICTION])
    if PREDICTION not in compared:
        raise InvalidInput("drift", f"the model gave no {PREDICTION}", "Roll it back.")
    snapshot = _report(reference, current, (compared, list(categories)), threshold, share)
    said = {metric["config"]["column"]: float(metric["value"]) for metric in _columns(snapshot)}
    unknown = [name for name in (*compared, *categories) if not math.isfinite(said.get(name, math.nan))]
    if unknown:
        raise InvalidInput("drift", f"{', '.join(unknown)} gave no distance", "Look at the features.")
    _write(snapshot, page)
    features = {name: said[name] for name in (*compared, *categories) if name != PREDICTION} | apart
    return Distances({name: round(value, 4) for name, value in features.items()}, round(said[PREDICTION], 4))


def _comparable(
    reference: pd.DataFrame, current: pd.DataFrame, numbers: list[str]
) -> tuple[list[str], dict[str, float]]:
    """Tell the columns that have values on both sides; of the others, how much their known shares differ."""
    compared: list[str] = []
    apart: dict[str, float] = {}
    for name in numbers:
        before, now = reference[name].notna().mean(), current[name].notna().mean()
        if min(before, now) >= _KNOWN_SHARE:
            compared.append(name)
        else:
            apart[name] = abs(before - now) if abs(before - now) >= _MISSING_CHANGE else 0.0
    return compared, apart


def _report(
    reference: pd.DataFrame,
    current: pd.DataFrame,
    columns: tuple[list[str], list[str]],
    threshold: float,
    share: float,
) -> Any:
    os.environ["DO_NOT_TRACK"] = "1"
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    numbers, categories = columns
    definition = DataDefinition(numerical_columns=numbers, categorical_columns=categories)

    def dataset(rows: pd.DataFrame) -> Any:
        plain = rows[[*numbers, *categories]].astype(dict.fromkeys(numbers, "float64"))
        return Dataset.from_pandas(plain.astype(dict.fromkeys(categories, str)), definition)

    preset = DataDriftPreset(
        columns=[PREDICTION, *(name for name in numbers if name != PREDICTION), *categories],
        drift_share=share,
        num_method="wasserstein",
        num_threshold=threshold,
        cat_method="jensenshannon",
        cat_threshold=threshold,
    )
    with warnings.catch_warnings():
        # Columns of one value: their histograms have no width, their distance is right.
        warnings.simplefilter("ignore", RuntimeWarning)
        return Report([preset], include_tests=False).run(dataset(current), dataset(reference))


def _columns(snapshot: Any) -> list[dict[str, Any]]:
    return [metric for metric in snapshot.dict()["metrics"] if "column" in metric["config"]]


def _write(snapshot: Any, page: Path) -> None:
    page.parent.mkdir(parents=True, exist_ok=True)
    draft = page.with_name(f".{secrets.token_hex(4)}.{page.name}")
    try:
        snapshot.save_html(str(draft))
        draft.replace(page)
    finally:
        draft.unlink(missing_ok=True)
