"""A new version takes over only if it can answer; what is loaded goes on otherwise."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import pandas as pd
import pytest
import torch
from ml_serving.conftest import Shelf, Trials

from ml.rollout import book
from ml.serving.probe import check, judging_rows
from ml.serving.rollouts import RolloutTable
from ml.serving.versions import Versions
from ml.trend.model import CARD, WEIGHTS, TrendModel
from ml.trend.stack import Mix
from ml.trend.trees import Known, grow
from ytempire.database.connection import Connection
from ytempire.errors import InvalidInput, Retriable
from ytempire.rollouts import Rollout
from ytempire.settings import ServingSettings, Settings


@pytest.fixture
def versions(settings: Settings, shelf: Shelf, trials: Trials, model: TrendModel) -> Versions:
    """Version 1 is champion and loaded."""
    shelf.add("1", model)
    shelf.champion = "1"
    loaded = Versions(settings, shelf, trials)
    loaded.refresh()
    assert answers(loaded) == "1" and loaded.problem is None
    return loaded


def answers(versions: Versions, channel_id: UUID | None = None) -> str | None:
    served = versions.answering(channel_id)
    return served.version if served else None


def rollout(version: str, percentage: int) -> Rollout:
    return Rollout(7, "trend", version, "1", percentage, "running", date(2026, 11, 1), date(2026, 11, 1))


def test_without_a_champion_nobody_answers_and_the_reason_is_told(
    settings: Settings, shelf: Shelf, trials: Trials, model: TrendModel
) -> None:
    versions = Versions(settings, shelf, trials)
    versions.refresh()
    assert answers(versions) is None and "has no champion" in str(versions.problem)
    shelf.add("1", model)
    shelf.champion = "1"
    versions.refresh()
    assert answers(versions) == "1" and versions.problem is None


def test_the_alias_moves_and_the_new_version_answers(
    versions: Versions, shelf: Shelf, other_model: TrendModel, chart: pd.DataFrame
) -> None:
    before = versions.answering()
    shelf.add("2", other_model)
    shelf.champion = "2"
    versions.refresh()
    after = versions.answering()
    assert before and after and after.version == "2" and versions.said()[0].alias == "champion"
    np.testing.assert_allclose(after.model.chances(chart), other_model.chances(chart), atol=1e-4)
    versions.refresh()
    assert shelf.loads == ["1", "2"]


def damage(folder: Path) -> None:
    (folder / WEIGHTS).write_bytes((folder / WEIGHTS).read_bytes()[:100])


def forget_a_feature(folder: Path) -> None:
    card = json.loads((folder / CARD).read_text())
    card["preparation"]["numbers"][5] = "horoscope"
    (folder / CARD).write_text(json.dumps(card))


def another_contract(folder: Path) -> None:
    card = json.loads((folder / CARD).read_text())
    card["preparation"]["contract"] = "another"
    (folder / CARD).write_text(json.dumps(card))


def no_numbers(folder: Path) -> None:
    sick = TrendModel.load(folder)
    with torch.no_grad():
        sick.network.head[-1].bias.fill_(float("nan"))  # type: ignore[union-attr,operator]
    sick.save(folder)


@pytest.mark.parametrize(
    ("harm", "told"),
    [(damage, "damaged"), (forget_a_feature, "horoscope"), (another_contract, "contract"), (no_numbers, "NaN")],
)
def test_a_bad_version_does_not_take_over(
    versions: Versions, shelf: Shelf, other_model: TrendModel, harm: object, told: str
) -> None:
    folder = shelf.add("2", other_model)
    harm(folder)  # type: ignore[operator]
    shelf.champion = "2"
    versions.refresh()
    assert answers(versions) == "1" and told in str(versions.problem)
    shelf.add("3", other_model)
    shelf.champion = "3"
    versions.refresh()
    assert answers(versions) == "3" and versions.problem is None


def test_a_registry_or_a_database_that_is_away_changes_nothing(
    versions: Versions, shelf: Shelf, trials: Trials, other_model: TrendModel
) -> None:
    shelf.add("2", other_model)
    trials.rollout = rollout("2", 100)
    versions.refresh()
    shelf.away = trials.away = True
    versions.refresh()
    assert (answers(versions), answers(versions, uuid4())) == ("1", "2")
    assert "MLflow" in str(versions.problem) and "rollouts" in str(versions.problem)


def test_a_start_without_a_registry_serves_who_was_champion_last(
    settings: Settings, shelf: Shelf, trials: Trials, model: TrendModel
) -> None:
    shelf.add("4", model)
    shelf.away, shelf.last_used = True, "4"
    versions = Versions(settings, shelf, trials)
    versions.refresh()
    assert answers(versions) == "4" and "MLflow" in str(versions.problem)
    versions.refresh()
    assert shelf.loads == ["4"]


def test_trees_and_stacks_are_served_too(
    settings: Settings, shelf: Shelf, trials: Trials, model: TrendModel, rows: pd.DataFrame, chart: pd.DataFrame
) -> None:
    labelled = rows[rows["stays"].notna()]
    known = Known(labelled, labelled["stays"].to_numpy(np.float32))
    trees = grow(known, model.preparation, settings.training.trees, seed=1, rounds=5)
    shelf.add("1", TrendModel(None, model.preparation, trees))
    shelf.add("2", TrendModel(model.network, model.preparation, trees, Mix(0.6, 0.5, 0.1)))
    auto = settings.model_copy(update={"serving": ServingSettings()})
    versions = Versions(auto, shelf, trials)
    shelf.champion = "1"
    versions.refresh()
    assert versions.said()[0].runtime == "lightgbm" and "no network" in versions.said()[0].reason
    shelf.champion = "2"
    versions = Versions(settings, shelf, trials)
    versions.refresh()
    served = versions.answering()
    assert served is not None and served.model.kind == "stack"
    np.testing.assert_allclose(served.model.chances(chart), shelf.load("2").model.chances(chart), atol=1e-6)


def test_a_rollout_answers_for_its_channels_until_it_ends(
    versions: Versions, shelf: Shelf, trials: Trials, other_model: TrendModel
) -> None:
    shelf.add("2", other_model)
    trials.rollout = rollout("2", 20)
    versions.refresh()
    channels = [uuid4() for _ in range(400)]
    sides = {channel: answers(versions, channel) for channel in channels}
    assert sides == {channel: trials.rollout.version_for(channel) for channel in channels}
    assert 0.1 < list(sides.values()).count("2") / 400 < 0.3 and answers(versions) == "1"
    assert [(one.version, one.alias) for one in versions.said()] == [("1", "champion"), ("2", "challenger")]
    trials.rollout = None
    versions.refresh()
    assert {answers(versions, channel) for channel in channels} == {"1"} and len(versions.said()) == 1


def test_a_challenger_that_cannot_be_read_counts_once_against_its_rollout(
    versions: Versions, shelf: Shelf, trials: Trials, other_model: TrendModel
) -> None:
    damage(shelf.add("2", other_model))
    trials.rollout = rollout("2", 100)
    versions.refresh()
    versions.refresh()
    assert answers(versions, uuid4()) == "1" and len(trials.errors) == 1 and "damaged" in trials.errors[0]


def test_the_table_of_rollouts_is_read_and_counts(connection: Connection, database_url: str) -> None:
    table = RolloutTable(Settings(database_url=database_url))
    assert table.running() is None
    begun = book.begin(connection, ("trend", "2", "1"), 5, date(2026, 11, 1), "operator")
    running = table.running()
    assert running is not None and (running.rollout_id, running.version) == (begun.rollout_id, "2")
    table.failed(running, "it failed")
    assert book.get(connection, begun.rollout_id).error_count == 1
    with pytest.raises(Retriable, match="cannot be reached"):
        RolloutTable(Settings(database_url="postgresql://nobody@127.0.0.1:1/none")).running()


def test_chances_below_nought_are_no_chances(model: TrendModel) -> None:
    class Odd:
        preparation = model.preparation

        def chances(self, rows: pd.DataFrame) -> np.ndarray:
            return np.full(len(rows), -0.1, dtype=np.float32)

    with pytest.raises(InvalidInput, match="no chance"):
        check(Odd())  # type: ignore[arg-type]
    check(model)


def test_int8_is_judged_on_the_last_labelled_days_of_the_features(
    settings: Settings, model: TrendModel, rows: pd.DataFrame
) -> None:
    assert judging_rows(settings, model)["region_code"].nunique() == 3
    folder = settings.data_root / "features" / "trend"
    folder.mkdir(parents=True)
    rows.to_parquet(folder / "part-0.parquet")
    judged = judging_rows(settings, model)
    days = sorted(rows.loc[rows["stays"].notna(), "day"].unique())[-settings.serving.gate_days :]
    assert sorted(judged["day"].unique()) == days and not judged["stays"].isna().any()
    few = settings.model_copy(update={"serving": settings.serving.model_copy(update={"gate_charts": 5})})
    assert judging_rows(few, model).groupby(["day", "region_code"]).ngroups == 5
    assert len(replace(model).chances(judged)) == len(judged)
