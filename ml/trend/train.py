"""The weekly retraining: select, search, train, measure on later days, register, decide.

Every step is done once: a retry finds what the try before has finished (``ml.steps``), goes on with the trials
(``ml.trend.study``) and from the last epoch (``ml.trend.engine``), and gives the same model.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from etl.features.contract import CATEGORIES, KEYS, LABEL, contract_version
from ml.gate import best_of
from ml.metrics import Metrics
from ml.steps import Steps, keep_newest, training_key
from ml.trend.baselines import baselines
from ml.trend.candidates import Lesson, planned_epochs, train_candidates
from ml.trend.data import Preparation, to_charts
from ml.trend.evaluate import evaluate, table
from ml.trend.further import further
from ml.trend.model import TITLES, TrendModel
from ml.trend.register import register
from ml.trend.search import Found, search
from ml.trend.select import select_features
from ml.trend.split import Split, data_hash, last_days, load_features, split_by_time
from ml.trend.study import forget_studies, storage
from ml.trend.titles import TITLE_AXES, Titles, meanings
from ytempire.database.connection import connect, load_sql
from ytempire.errors import InvalidInput
from ytempire.settings import Settings, TrainingSettings

log = logging.getLogger(__name__)

# Where it runs and what is kept of it do not make a training another one.
_NOT_OF_THE_MODEL = {"spark_master", "spark_memory", "spark_jdbc_jar", "threads", "kept_versions", "model_name"}
_KEPT_TRAININGS = 3
# What baselines, slices and further targets read, whether the model takes it or not.
_MEASURED_BY = ("rank", "days_on_chart", "days_seen", "log_views")


@dataclass(frozen=True)
class TrainingSummary:
    """One retraining. ``metrics``, ``candidates`` and ``baselines`` speak of the same later days."""

    name: str
    version: str
    alias: str
    kind: str
    metrics: Metrics
    candidates: dict[str, Metrics]
    baselines: dict[str, Metrics]
    reason: str
    champion_metrics: Mapping[str, float] | None
    slices: dict[str, dict[str, Metrics]]
    days: dict[str, str]
    rows: dict[str, int]
    data_hash: str
    training: str
    seconds: dict[str, float] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)

    def short(self) -> dict[str, Any]:
        """Return the same without the slices, which the registry holds: small enough for XCom."""
        return {name: value for name, value in self.as_dict().items() if name != "slices"}


def retrain(settings: Settings, features: Path) -> TrainingSummary:
    """Train the candidates on the feature set in ``features`` and register the best of them.

    Without a champion it becomes ``champion``; better than the champion on the same test days it becomes
    ``challenger``, for the rollout to decide; else it is refused. Repeated, a training goes on where it was killed,
    and a finished one gives its version again. Raises InvalidInput for a feature set that cannot be learned from,
    Retriable if the registry or the database is away.
    """
    import torch

    training = settings.training
    torch.set_num_threads(training.threads)
    began = time.monotonic()
    frame = _limit(load_features(features), training.max_rows)
    digest = data_hash(frame)
    read_titles(settings, frame)
    split = split_by_time(frame, test_days=training.test_days, validation_share=training.validation_share)
    del frame
    root = settings.data_root / "training" / training.model_name
    steps = Steps(root, _key(training, digest))
    steps.seconds["read"] = round(time.monotonic() - began, 2)
    log.info("training %s: days %s", steps.key, split.days())

    inputs, found = _inputs_and_recipe(settings, steps, split)
    split = _of_columns(split, inputs)
    folders = train_candidates(Lesson(split, inputs, found, steps.folder / found.trial, training), steps)
    evaluation = steps.once("evaluation", lambda: _evaluation(training, split, folders))
    model = TrendModel.load(folders[evaluation["chosen"]])
    params = _params(training, model, found, split)
    registered_at = time.monotonic()
    version, judgement = register(settings, model, split, evaluation, params, training=steps.key, data_hash=digest)
    steps.seconds["registry"] = round(time.monotonic() - registered_at, 2)
    kept = keep_newest(root, _KEPT_TRAININGS)
    forget_studies(settings.database_url, _study(training, ""), [_study(training, key) for key in kept])
    overall = dict(evaluation["report"]["all"])
    return TrainingSummary(
        name=training.model_name,
        version=version,
        alias=judgement.alias,
        kind=evaluation["chosen"],
        metrics=overall.pop(training.model_name),
        candidates=evaluation["candidates"],
        baselines=overall,
        reason=judgement.reason,
        champion_metrics=judgement.champion_metrics,
        slices=evaluation["report"],
        days=split.days(),
        rows={"train": len(split.train), "validation": len(split.validation), "test": len(split.test)},
        data_hash=digest,
        training=steps.key,
        seconds=steps.seconds,
    )


def _key(training: TrainingSettings, digest: str) -> str:
    chosen = training.model_dump(mode="json", exclude=_NOT_OF_THE_MODEL)
    return training_key(data=digest, contract=contract_version(), settings=chosen)


def _study(training: TrainingSettings, key: str) -> str:
    return f"{training.model_name}/{key}"


def _inputs_and_recipe(settings: Settings, steps: Steps, split: Split) -> tuple[list[str], Found]:
    """Choose the features on the training days, and the recipe on the validation days."""
    training = settings.training
    selection = steps.once("selection", lambda: asdict(select_features(split.train, training)))
    inputs: list[str] = selection["kept"]

    def trials() -> dict[str, Any]:
        preparation = Preparation.fit(split.train, inputs)
        with storage(settings.database_url) as kept:
            return search(
                preparation,
                to_charts(split.train, preparation, further(split.train)),
                to_charts(split.validation, preparation),
                training,
                name=_study(training, steps.key),
                storage=kept,
                kept=steps.folder,
            ).to_dict()

    return inputs, Found.from_dict(steps.once("search", trials))


def _evaluation(training: TrainingSettings, split: Split, folders: Mapping[str, Path]) -> dict[str, Any]:
    """Measure the candidates beside the baselines on the test days, and choose one."""
    chances = {
        kind: np.asarray(TrendModel.load(folder).chances(split.test), dtype=np.float64)
        for kind, folder in folders.items()
    }
    candidates = evaluate(split.test, chances)["all"]
    chosen = best_of(candidates, accuracy_slack=training.accuracy_slack)
    preparation = TrendModel.load(folders[chosen]).preparation
    compared = baselines(split.before_test, split.test, preparation) | {training.model_name: chances[chosen]}
    report = evaluate(split.test, compared)
    log.info("on the test days %s:\n%s", split.days()["test"], table(report))
    return {"chosen": chosen, "candidates": candidates, "report": report}


def _params(training: TrainingSettings, model: TrendModel, found: Found, split: Split) -> dict[str, Any]:
    """What MLflow is told of the recipe."""
    charts = len(split.before_test.groupby(["day", "region_code"]))
    recipe = found.recipe
    return {
        **recipe.shape.to_dict(),
        "epochs": planned_epochs(found, charts, training),
        "batch_charts": recipe.batch_charts,
        "gradient_accumulation": training.gradient_accumulation,
        "seed": recipe.seed,
        "trials": found.trials,
        "trials_pruned": found.pruned,
        "validation_log_loss": found.validation_loss,
        "input_features": len(model.preparation.numbers) + len(CATEGORIES),
    }


def _of_columns(split: Split, inputs: list[str]) -> Split:
    """Return the split with the columns that are learned from: half of the memory.

    The test days stay whole: the champion that is judged on them may take other features.
    """
    titled = [name for name in TITLE_AXES if name in split.train]
    used = list(dict.fromkeys([*KEYS, "category_id", LABEL, *_MEASURED_BY, *inputs, *titled]))
    return Split(split.train[used], split.validation[used], split.test)


def read_titles(settings: Settings, frame: pd.DataFrame) -> None:
    """Add what titles mean to ``frame``, if the settings want it and a title is known."""
    if not settings.training.titles:
        return
    with connect(settings.database_url) as connection:
        ids = frame["youtube_video_id"].unique().tolist()
        rows = connection.execute(load_sql("ml.trend", "titles"), {"ids": ids}).fetchall()
    if rows:
        titles = frame["youtube_video_id"].map({row["youtube_video_id"]: row["title"] for row in rows})
        known = Titles(settings.data_root / TITLES)
        frame[list(TITLE_AXES)] = meanings(titles, known, most=settings.training.titles)


def _limit(frame: pd.DataFrame, max_rows: int) -> pd.DataFrame:
    """Return the last whole days that fit into ``max_rows``."""
    if len(frame) <= max_rows:
        return frame
    per_day = frame.groupby("day").size().sort_index(ascending=False)
    days = int((per_day.cumsum() <= max_rows).sum())
    if days == 0:
        raise InvalidInput("training.max_rows", f"{max_rows} rows are less than a day", "Allow more rows.")
    return last_days(frame, days)
