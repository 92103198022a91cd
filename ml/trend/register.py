"""What the registry is told of a retraining, and what it decides."""

from __future__ import annotations

import logging
from dataclasses import asdict
from typing import Any

import numpy as np

from etl.features.contract import CATEGORIES, FEATURES, LABEL
from ml.card import Card, render
from ml.gate import Judgement
from ml.metrics import Metrics, score
from ml.registry import ModelRegistry, NewVersion
from ml.trend.evaluate import by_day
from ml.trend.model import TrendModel, served, trend_kind
from ml.trend.split import Split
from ytempire.settings import Settings

log = logging.getLogger(__name__)

_PURPOSE = (
    "Says for every row of a country's chart the chance that the video is in that chart on the next day too. "
    "It ranks the topics that videos are made about; nothing is published by its word alone."
)
_LABELS = (
    "1 where the video stands in the same country's next daily chart, 0 where it does not; days before a gap have no "
    "label. Nobody has looked at the rows: staying in a chart stands for interest, and is not the same."
)
_LIMITS = (
    "It knows videos that chart, and nothing of those that never did.",
    "Charts since July 2025 hold trending music, films and games: other niches are barely in them.",
    "On days on which YouTube renews a chart as a whole it is far too sure.",
    "Countries and categories that it did not learn from are read as unknown ones.",
    "It was measured on the days that follow its training; the older it gets, the less that holds.",
)


def register(
    settings: Settings,
    model: TrendModel,
    split: Split,
    evaluation: dict[str, Any],
    params: dict[str, Any],
    *,
    training: str,
    data_hash: str,
) -> tuple[str, Judgement]:
    """Add the chosen model to the registry, decide about it, and remove what is too old; safe to repeat.

    Raises Retriable if the registry or the database is away.
    """
    registry: ModelRegistry[TrendModel] = ModelRegistry(settings, trend_kind(settings))
    name, report = settings.training.model_name, evaluation["report"]
    rows = split.test[split.test["day"] == split.test["day"].max()].head(50)
    example = served(rows, model.preparation)
    inputs = [*model.preparation.numbers, *CATEGORIES]
    tags = {"data_hash": data_hash, "contract": model.preparation.contract, "kind": evaluation["chosen"]}
    version = registry.add(
        NewVersion(
            model=model,
            training=training,
            example=example,
            answers=model.chances(example),
            params=params,
            metrics=_metrics(report, "") | _metrics({"candidates": evaluation["candidates"]}, ""),
            tags=tags | split.days(),
            documents={
                "features.json": [asdict(feature) for feature in FEATURES],
                "inputs.json": inputs,
                "report.json": report,
                "by_day.json": by_day(split.test, model.chances(split.test)),
            },
            card=render(_card(name, split, evaluation, params, tags, inputs)),
        )
    )
    labels = split.test[LABEL].to_numpy()
    champion = registry.champion_standing(lambda model: score(model.chances(split.test), labels))
    judgement = registry.judge(
        version, report["all"][name], champion, data_hash=data_hash, accuracy_slack=settings.training.accuracy_slack
    )
    log.info("registry: %s version %s is %s: %s", name, version, judgement.alias, judgement.reason)
    registry.prune(settings.training.kept_versions)
    return version, judgement


def _metrics(report: dict[str, dict[str, Metrics]], prefix: str) -> dict[str, float]:
    return {
        f"{prefix}{part}.{who}.{what}": value
        for part, models in report.items()
        for who, measured in models.items()
        for what, value in measured.items()
        if np.isfinite(value)
    }


def _card(
    name: str,
    split: Split,
    evaluation: dict[str, Any],
    params: dict[str, Any],
    tags: dict[str, str],
    inputs: list[str],
) -> Card:
    days = split.days()
    rows = {part: len(getattr(split, part)) for part in ("train", "validation", "test")}
    others = {f"candidate {kind}": found for kind, found in evaluation["candidates"].items()}
    report = evaluation["report"]
    return Card(
        title=f"{name}: {tags['kind']}",
        purpose=_PURPOSE,
        labels=_LABELS,
        data={
            **{f"{part} days (UTC)": f"{span}, {rows[part]:,} rows" for part, span in days.items()},
            "countries": split.test["region_code"].nunique(),
            "data hash": tags["data_hash"],
            "feature contract": tags["contract"],
        },
        ours=name,
        report={"all": report["all"] | others} | {part: found for part, found in report.items() if part != "all"},
        choice=f"Chosen: {tags['kind']}, the least Brier score among the candidates that are no less accurate.",
        limits=_LIMITS,
        recipe=params,
        inputs=inputs,
    )
