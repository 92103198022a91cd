"""The search keeps its trials, stays within its time, and leaves the training the rest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from etl.features.contract import LABEL
from ml.trend.candidates import planned_epochs
from ml.trend.data import Charts, Preparation, to_charts
from ml.trend.model import TrendModel
from ml.trend.search import Found, sample, search
from ml.trend.split import split_by_time
from ml.trend.study import forget_studies, storage
from ytempire.errors import Retriable
from ytempire.settings import TrainingSettings

SETTINGS = TrainingSettings(trials=3, max_epochs=1, batch_charts=16)


@pytest.fixture(scope="module")
def parts(feature_rows: pd.DataFrame) -> tuple[Preparation, Charts, Charts]:
    """Charts of few numbers, to learn from and to be measured on."""
    split = split_by_time(feature_rows[feature_rows[LABEL].notna()], test_days=5, validation_share=0.2)
    preparation = Preparation.fit(split.train, ["rank", "log_views", "days_on_chart", "views_growth"])
    return preparation, to_charts(split.train, preparation), to_charts(split.validation, preparation)


def test_trials_are_kept_and_those_of_old_trainings_forgotten(
    parts: tuple[Preparation, Charts, Charts], database_url: str, tmp_path: Path
) -> None:
    with storage(database_url) as kept:
        found = search(*parts, SETTINGS, name="searched/new", storage=kept, kept=tmp_path)
        assert search(*parts, SETTINGS, name="searched/new", storage=kept, kept=tmp_path) == found
        search(*parts, SETTINGS.model_copy(update={"trials": 1}), name="searched/old", storage=kept, kept=tmp_path)
    assert found.trials == 3 and found.recipe.epochs == 1 and found.charts_a_second > 0
    assert Found.from_dict(found.to_dict()) == found
    assert TrendModel.load(tmp_path / found.trial).preparation == parts[0]

    forget_studies(database_url, "searched/", ["searched/new"])
    with storage(database_url) as kept:
        names = [study.study_name for study in kept.get_all_studies() if study.study_name.startswith("searched/")]
    assert names == ["searched/new"]
    forget_studies(database_url, "searched/", [])


def test_without_time_there_is_one_trial_and_one_epoch(
    parts: tuple[Preparation, Charts, Charts], database_url: str, tmp_path: Path
) -> None:
    hasty = SETTINGS.model_copy(update={"time_budget_seconds": 1e-6, "max_epochs": 5})
    with storage(database_url) as kept:
        found = search(*parts, hasty, name="hasty/1", storage=kept, kept=tmp_path)
    assert (found.trials, found.recipe.epochs) == (1, 1)
    forget_studies(database_url, "hasty/", [])


def test_a_trial_learns_from_a_sample_of_whole_charts(parts: tuple[Preparation, Charts, Charts]) -> None:
    _, train, _ = parts
    drawn = sample(train, SETTINGS.model_copy(update={"search_charts": 10}))
    assert len(drawn) == 10 and drawn.numbers.shape[1:] == train.numbers.shape[1:]
    assert sample(train, SETTINGS) is train


def test_the_training_makes_the_epochs_that_the_search_has_left_time_for(
    parts: tuple[Preparation, Charts, Charts], database_url: str, tmp_path: Path
) -> None:
    with storage(database_url) as kept:
        found = search(*parts, SETTINGS, name="planned/1", storage=kept, kept=tmp_path)
    forget_studies(database_url, "planned/", [])
    found = replace(found, recipe=replace(found.recipe, epochs=6), seconds=100.0, charts_a_second=50.0)
    settings = SETTINGS.model_copy(update={"time_budget_seconds": 400.0})
    assert planned_epochs(found, 1_000, settings) == 6
    assert planned_epochs(found, 5_000, settings) == 3
    assert planned_epochs(found, 1_000_000, settings) == 1


def test_a_database_that_is_away_can_be_retried(silent_port: int) -> None:
    with pytest.raises(Retriable, match="trials"), storage(f"postgresql://nobody@127.0.0.1:{silent_port}/nothing"):
        pass
