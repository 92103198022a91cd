"""The challenger ranks beside the champion; what it cannot do counts against it, what the registry cannot does not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from ml.registry import LoadedModel, ModelRegistry
from ml.rollout import live
from ml.rollout.ranking import trial_or_none
from ml.trend.predict import reading
from ytempire.database.connection import Connection
from ytempire.errors import InvalidInput, ModelMissing, Retriable
from ytempire.settings import Settings


class Sure:
    def chances(self, rows: pd.DataFrame) -> np.ndarray:
        return np.ones(len(rows), dtype=np.float32)


@pytest.fixture
def rollout(connection: Connection, settings: Settings) -> int:
    row = connection.execute(
        "INSERT INTO ytempire.model_rollouts"
        " (model_name, version, champion_version, percentage, started_on, stepped_on)"
        " VALUES (%s, '2', '1', 5, '2026-11-20', '2026-11-20') RETURNING rollout_id",
        (settings.training.model_name,),
    ).fetchone()
    return row["rollout_id"]


def loading(monkeypatch: pytest.MonkeyPatch, **answers: Any) -> None:
    """Have the registry answer for versions: with a model, or with an error."""

    def load(_: ModelRegistry[Any], version: str) -> LoadedModel[Any]:
        answer = answers[f"v{version}"]
        if isinstance(answer, Exception):
            raise answer
        return LoadedModel("trend", version, answer)

    monkeypatch.setattr(ModelRegistry, "load", load)
    monkeypatch.setattr(ModelRegistry, "version_of", lambda *_: "1" if "v1" in answers else None)


def errors(connection: Connection) -> int:
    return connection.execute("SELECT error_count FROM ytempire.model_rollouts").fetchone()["error_count"]


def test_there_is_no_trial_without_a_rollout(connection: Connection, settings: Settings) -> None:
    assert trial_or_none(connection, settings) is None


def test_the_version_on_trial_ranks(
    connection: Connection, settings: Settings, rollout: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    loading(monkeypatch, v2=Sure())
    trial = trial_or_none(connection, settings)
    assert trial is not None
    assert (trial.rollout_id, trial.ranker.name) == (rollout, "trend v2")


@pytest.mark.parametrize(("error", "count"), [(InvalidInput("model", "damaged", "x"), 1), (Retriable("away"), 0)])
def test_a_challenger_that_cannot_be_read_is_counted(
    connection: Connection,
    settings: Settings,
    rollout: int,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    count: int,
) -> None:
    loading(monkeypatch, v2=error)
    assert trial_or_none(connection, settings) is None
    assert errors(connection) == count


def test_the_daily_look_needs_a_champion(
    connection: Connection, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    loading(monkeypatch)
    with pytest.raises(ModelMissing):
        live.forecast(connection, settings)


def test_the_daily_look_counts_what_the_challenger_fails_at(
    connection: Connection, settings: Settings, rollout: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    damaged = InvalidInput("model", "damaged", "x")
    loading(monkeypatch, v1=Sure(), v2=damaged)
    assert live.forecast(connection, settings).failed == {"2": str(damaged)}
    assert errors(connection) == 1
    loading(monkeypatch, v1=damaged, v2=Sure())
    with pytest.raises(InvalidInput, match="champion v1 gave no forecast"):
        live.forecast(connection, settings)
    assert errors(connection) == 1


def test_champion_and_challenger_read_the_charts_once(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[datetime] = []

    def read_charts(_: Connection, *, until: datetime) -> pd.DataFrame:
        asked.append(until)
        return pd.DataFrame()

    monkeypatch.setattr("ml.trend.predict.recent_features", read_charts)
    read, first, second = reading(), datetime(2026, 1, 1), datetime(2026, 1, 2)  # noqa: DTZ001
    for at in (first, first, second, second):
        read(connection, at)
    assert asked == [first, second]
