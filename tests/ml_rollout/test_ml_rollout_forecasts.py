"""Forecasts are kept before the truth is known; the truth is noted beside them, and both sides are compared by it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from chart_history import LAST_DAY, REGIONS, chart_history

from etl.trends.history import import_history
from ml.forecasts import watch
from ml.registry import LoadedModel
from ml.rollout.evidence import gather, live_days
from ytempire.database.connection import Connection
from ytempire.rollouts import Rollout
from ytempire.settings import RolloutSettings

ROWS = len(REGIONS) * 20


class ByRank:
    """Says that the upper half stays."""

    def chances(self, rows: pd.DataFrame) -> np.ndarray:
        return np.where(rows["rank"] <= 10, 0.8, 0.4).astype(np.float32)


class Broken:
    def chances(self, rows: pd.DataFrame) -> np.ndarray:
        return np.full(len(rows), np.nan, dtype=np.float32)


@pytest.fixture
def charts(connection: Connection, tmp_path: Path) -> None:
    import_history(connection, chart_history(days=8).write(tmp_path / "history"), last_days=8)


def evening(days_before_the_last: int) -> datetime:
    day = LAST_DAY.date() - timedelta(days=days_before_the_last)
    return datetime.combine(day, time(23, 59, 59), UTC)


def look(connection: Connection, days_before: int, **models: Any) -> Any:
    loaded = [LoadedModel("trend", version.removeprefix("v"), model) for version, model in models.items()]
    return watch(connection, loaded, until=evening(days_before), keep_days=5)


def test_a_day_is_forecast_once_and_settled_by_the_next(connection: Connection, charts: None) -> None:
    first = look(connection, 1, v1=ByRank())
    assert (first.day, first.recorded, first.settled) == (LAST_DAY.date() - timedelta(days=1), {"1": ROWS}, 0)
    assert look(connection, 1, v1=ByRank()).recorded == {"1": 0}
    second = look(connection, 0, v1=ByRank())
    assert (second.recorded, second.settled) == ({"1": ROWS}, ROWS)
    assert look(connection, 0, v1=ByRank()).settled == 0
    rows = connection.execute(
        "SELECT day, bool_or(stayed) AS some, bool_and(stayed) AS every FROM ytempire.model_forecasts"
        " GROUP BY 1 ORDER BY 1"
    ).fetchall()
    assert [(row["some"], row["every"]) for row in rows] == [(True, False), (None, None)]


def test_what_was_said_stays_as_it_was_said(connection: Connection, charts: None) -> None:
    look(connection, 1, v1=ByRank())
    before = connection.execute("SELECT sum(chance) AS said FROM ytempire.model_forecasts").fetchone()

    class Later:
        def chances(self, rows: pd.DataFrame) -> np.ndarray:
            return np.ones(len(rows), dtype=np.float32)

    look(connection, 1, v1=Later())
    assert connection.execute("SELECT sum(chance) AS said FROM ytempire.model_forecasts").fetchone() == before


def test_a_version_that_gives_no_numbers_is_named_and_the_other_goes_on(connection: Connection, charts: None) -> None:
    done = look(connection, 1, v1=ByRank(), v2=Broken())
    assert done.recorded == {"1": ROWS}
    assert "did not give each row a chance" in done.failed["2"]


def test_forecasts_that_are_too_old_are_forgotten(connection: Connection, charts: None) -> None:
    look(connection, 6, v1=ByRank())
    look(connection, 0, v1=ByRank())
    days = connection.execute("SELECT DISTINCT day FROM ytempire.model_forecasts").fetchall()
    assert [row["day"] for row in days] == [LAST_DAY.date()]


def test_nothing_is_forecast_without_charts(connection: Connection) -> None:
    assert look(connection, 0, v1=ByRank()).day is None


def test_both_sides_are_compared_on_the_same_settled_rows(connection: Connection, charts: None) -> None:
    class Truth:
        """Knows by luck what is not known: half of it."""

        def chances(self, rows: pd.DataFrame) -> np.ndarray:
            return np.where(rows["rank"] <= 10, 0.95, 0.5).astype(np.float32)

    for days_before in (4, 3, 2, 1):
        look(connection, days_before, v1=ByRank(), v2=Truth())
    look(connection, 0, v1=ByRank())
    rollout = Rollout(1, "trend", "2", "1", 5, "running", date(2026, 6, 26), date(2026, 6, 26))
    days = live_days(connection, rollout)
    assert [(row["day"], row["rows"]) for row in days] == [
        (LAST_DAY.date() - timedelta(days=before), ROWS) for before in (4, 3, 2, 1)
    ]
    settled = pd.DataFrame(
        connection.execute("SELECT * FROM ytempire.model_forecasts WHERE stayed IS NOT NULL").fetchall()
    )
    brier = (settled["chance"] - settled["stayed"].astype(float)) ** 2
    by = brier.groupby([settled["version"], settled["day"]]).mean()
    assert [row["champion"] for row in days] == pytest.approx(by["1"].tolist(), abs=1e-6)
    assert [row["challenger"] for row in days] == pytest.approx(by["2"].tolist(), abs=1e-6)
    evidence = gather(connection, rollout, RolloutSettings(), LAST_DAY.date())
    assert evidence.last_day == LAST_DAY.date() - timedelta(days=1)
    assert evidence.brier.n == 4
    assert evidence.brier.difference == pytest.approx(float((by["2"] - by["1"]).mean()), abs=1e-6)
