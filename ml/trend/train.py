"""The weekly retraining: search, train, judge on later days, register, promote what is better."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from etl.features.contract import CATEGORIES, FEATURES, LABEL
from ml.gate import Judgement
from ml.metrics import Metrics, score
from ml.registry import ModelRegistry, NewVersion
from ml.trend.baselines import baselines
from ml.trend.data import Preparation, Split, data_hash, last_days, load_features, split_by_time, to_charts
from ml.trend.evaluate import by_day, evaluate, table
from ml.trend.model import TrendModel, served, trend_kind
from ytempire.errors import InvalidInput
from ytempire.settings import Settings

log = logging.getLogger(__name__)

# The rest of the time is for the final training, the baselines and the registry.
_SEARCH_SHARE = 0.5


@dataclass(frozen=True)
class TrainingSummary:
    """One retraining. ``metrics`` and ``baselines`` speak of the same later days."""

    name: str
    version: str
    alias: str
    metrics: Metrics
    baselines: dict[str, Metrics]
    reason: str
    champion_metrics: Mapping[str, float] | None
    slices: dict[str, dict[str, Metrics]]
    days: dict[str, str]
    rows: dict[str, int]
    data_hash: str
    seconds: dict[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)


def retrain(settings: Settings, features: Path) -> TrainingSummary:
    """Train a candidate on the feature set in ``features`` and register it.

    It becomes ``champion`` if it is better than the champion on the same test
    days (or if there is none), ``challenger`` otherwise. Raises InvalidInput for
    a feature set that cannot be learned from, Retriable if the registry is away.
    """
    import torch

    training = settings.training
    torch.set_num_threads(training.threads)
    deadline = time.monotonic() + training.time_budget_seconds * _SEARCH_SHARE
    clock: dict[str, float] = {}
    registry = ModelRegistry(settings, trend_kind(settings))
    with _timed(clock, "read"):
        frame = _limit(load_features(features), training.max_rows)
        split = split_by_time(frame, test_days=training.test_days, validation_share=training.validation_share)
        log.info("training: %d rows, days %s", len(frame), split.days())
    model, params = _learn(settings, split, deadline, clock)
    with _timed(clock, "baselines"):
        chances = baselines(split.before_test, split.test, model.preparation)
        chances[training.model_name] = np.asarray(model.chances(split.test), dtype=np.float64)
    report = evaluate(split.test, chances)
    digest = data_hash(frame)
    log.info("on the test days %s:\n%s", split.days()["test"], table(report))
    with _timed(clock, "registry"):
        version, judgement = _register(settings, registry, model, split, params, report, digest)
    overall = dict(report["all"])
    return TrainingSummary(
        name=training.model_name,
        version=version,
        alias=judgement.alias,
        metrics=overall.pop(training.model_name),
        baselines=overall,
        reason=judgement.reason,
        champion_metrics=judgement.champion_metrics,
        slices=report,
        days=split.days(),
        rows={"train": len(split.train), "validation": len(split.validation), "test": len(split.test)},
        data_hash=digest,
        seconds={name: round(seconds, 2) for name, seconds in clock.items()},
    )


def _learn(
    settings: Settings, split: Split, deadline: float, clock: dict[str, float]
) -> tuple[TrendModel, dict[str, Any]]:
    """Search on the validation days, then train the best recipe on all days before the test."""
    from ml.trend.fit import fit
    from ml.trend.search import fitting, search
    from ml.trend.select import select_features

    with _timed(clock, "selection"):
        selection = select_features(split.train, settings.training)
    with _timed(clock, "search"):
        preparation = Preparation.fit(split.train, selection.kept)
        found = search(
            preparation,
            to_charts(split.train, preparation),
            to_charts(split.validation, preparation),
            settings.training,
            deadline,
        )
    with _timed(clock, "final training"):
        preparation = Preparation.fit(split.before_test, selection.kept)
        recipe = replace(found.recipe, shape=fitting(found.recipe.shape, preparation))
        network = fit(recipe, to_charts(split.before_test, preparation)).network
    params = {
        **recipe.shape.to_dict(),
        "epochs": recipe.epochs,
        "batch_charts": recipe.batch_charts,
        "seed": recipe.seed,
        "trials": found.trials,
        "trials_pruned": found.pruned,
        "validation_log_loss": found.validation_loss,
        "input_features": len(selection.kept) + len(CATEGORIES),
    }
    return TrendModel(network, preparation), params


def _register(
    settings: Settings,
    registry: ModelRegistry[TrendModel],
    model: TrendModel,
    split: Split,
    params: dict[str, Any],
    report: dict[str, dict[str, Metrics]],
    digest: str,
) -> tuple[str, Judgement]:
    name = settings.training.model_name
    metrics = report["all"][name]
    rows = split.test[split.test["day"] == split.test["day"].max()].head(50)
    version = registry.add(
        NewVersion(
            model=model,
            example=served(rows, model.preparation),
            answers=model.chances(rows),
            params=params,
            metrics={
                f"{part}.{who}.{what}": value
                for part, models in report.items()
                for who, measured in models.items()
                for what, value in measured.items()
                if np.isfinite(value)
            },
            tags={"data_hash": digest, "contract": model.preparation.contract, **split.days()},
            documents={
                "features.json": [asdict(feature) for feature in FEATURES],
                "inputs.json": [*model.preparation.numbers, *CATEGORIES],
                "report.json": report,
                "by_day.json": by_day(split.test, model.chances(split.test)),
            },
        )
    )
    labels = split.test[LABEL].to_numpy()
    champion = registry.champion_standing(lambda model: score(model.chances(split.test), labels))
    judgement = registry.judge(version, metrics, champion, data_hash=digest)
    log.info("registry: %s version %s is %s: %s", name, version, judgement.alias, judgement.reason)
    return version, judgement


def _limit(frame: pd.DataFrame, max_rows: int) -> pd.DataFrame:
    """Return the last whole days that fit into ``max_rows``."""
    if len(frame) <= max_rows:
        return frame
    per_day = frame.groupby("day").size().sort_index(ascending=False)
    days = int((per_day.cumsum() <= max_rows).sum())
    if days == 0:
        raise InvalidInput("training.max_rows", f"{max_rows} rows are less than a day", "Allow more rows.")
    return last_days(frame, days)


@contextmanager
def _timed(clock: dict[str, float], name: str) -> Iterator[None]:
    began = time.monotonic()
    yield
    clock[name] = time.monotonic() - began
    log.info("training: %s took %.1f s", name, clock[name])
