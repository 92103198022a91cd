"""A look holds the charts of the last week against those of the training, and asks for a retraining when it must."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from chart_history import LAST_DAY, chart_history

from etl.features.rows import compute
from etl.features.videos import describe_videos
from etl.trends.history import import_history
from ml.drift import look as looking
from ml.drift.ask import ask_for_retraining
from ml.drift.measure import Distances
from ml.registry import LoadedModel, ModelRegistry
from ytempire.database.connection import Connection
from ytempire.errors import InvalidInput, ModelMissing, Skippable
from ytempire.settings import DriftSettings, Settings

NUMBERS = ["rank", "days_seen", "log_views"]
TRAINED = (date(2026, 6, 5), date(2026, 6, 20))


class ByRank:
    preparation = SimpleNamespace(numbers=NUMBERS)

    def chances(self, rows: pd.DataFrame) -> np.ndarray:
        charts = rows.groupby(["region_code", "day"]).size()
        assert (charts == 20).all(), "a model sees whole charts"
        return (1 - rows["rank"] / 25).to_numpy(dtype=np.float32)


@pytest.fixture
def settings(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(ModelRegistry, "champion_model", lambda _: LoadedModel("trend", "3", ByRank()))
    monkeypatch.setattr(ModelRegistry, "training_days", lambda *_: TRAINED)
    monkeypatch.setattr(ModelRegistry, "describe_champion", lambda _: {"metrics": {"brier": 0.1}})
    return Settings(
        database_url=database_url,
        data_root=tmp_path,
        mlflow_tracking_uri=f"sqlite:///{tmp_path}/mlflow.db",
        drift=DriftSettings(sample_rows=500, reports_kept=2, feature_distance=0.25),
    )


@pytest.fixture(scope="module")
def history() -> Any:
    return chart_history(days=30)


@pytest.fixture(scope="module")
def features(history: Any) -> pd.DataFrame:
    return compute(describe_videos(history.charts()))


@pytest.fixture
def learned(settings: Settings, features: pd.DataFrame) -> None:
    folder = settings.data_root / "features" / "trend"
    folder.mkdir(parents=True)
    features.to_parquet(folder / "part-0.parquet")


@pytest.fixture
def at_hand(features: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both sides are a day's rows: for what does not depend on where they come from."""
    rows = features[features["day"] == LAST_DAY.date()].reset_index(drop=True)
    monkeypatch.setattr(looking, "current_rows", lambda *_: rows)
    monkeypatch.setattr(looking, "reference_rows", lambda *_: rows)


@pytest.fixture
def charts(connection: Connection, history: Any, tmp_path: Path) -> None:
    import_history(connection, history.write(tmp_path / "history"), last_days=30)


def seen(monkeypatch: pytest.MonkeyPatch, distances: Distances) -> list[tuple[pd.DataFrame, pd.DataFrame]]:
    """Have the comparison say ``distances``; return what it was given."""
    given: list[tuple[pd.DataFrame, pd.DataFrame]] = []

    def measure(reference: pd.DataFrame, current: pd.DataFrame, *, page: Path, **_: Any) -> Distances:
        given.append((reference, current))
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_text("report")
        return distances

    monkeypatch.setattr(looking, "measure", measure)
    return given


def test_the_same_world_has_not_drifted(
    connection: Connection, settings: Settings, charts: None, learned: None
) -> None:
    found = looking.look(connection, settings)
    assert (found.version, found.day, found.feature_count) == ("3", LAST_DAY.date(), len(NUMBERS) + 1)
    assert not found.exceeded
    assert (settings.data_root / "reports" / "drift" / "trend-v3-2026-06-30.html").stat().st_size > 100_000
    row = connection.execute("SELECT * FROM ytempire.model_drift").fetchone()
    assert (row["reference_rows"], row["current_rows"], row["exceeded"]) == (500, 500, False)
    assert ask_for_retraining(connection, settings) is None


def test_both_sides_are_whole_charts_of_their_own_days(
    connection: Connection,
    settings: Settings,
    charts: None,
    learned: None,
    features: pd.DataFrame,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    connection.execute(
        "DELETE FROM ytempire.trend_snapshots WHERE region_code = 'BR' AND fetched_at > %s",
        (LAST_DAY - timedelta(days=9),),
    )
    given = seen(monkeypatch, Distances({"rank": 0.0}, 0.0))
    looking.look(connection, settings)
    ((reference, current),) = given
    assert set(reference["region_code"]) == set(current["region_code"]) == {"DE", "IN", "US"}
    assert TRAINED[0] <= reference["day"].min() < reference["day"].max() <= TRAINED[1]
    assert current["day"].min() > LAST_DAY.date() - timedelta(days=7)
    # Looked at a week back, features are what they are on their own day.
    keys = ["region_code", "day", "youtube_video_id"]
    both = current.merge(features, on=keys, suffixes=("", "_then"))
    assert len(both) == len(current)
    assert both["days_seen"].tolist() == both["days_seen_then"].tolist()


@pytest.mark.parametrize(
    ("distances", "exceeded"),
    [
        (Distances({"a": 0.5, "b": 0.05, "c": 0.0, "d": 0.0}, 0.05), False),
        (Distances({"a": 0.5, "b": 0.45, "c": 0.0, "d": 0.0}, 0.05), True),
        (Distances({"a": 0.0, "b": 0.0, "c": 0.0, "d": 0.0}, 0.09), True),
    ],
)
def test_many_inputs_or_the_chances_ask_for_a_retraining(
    connection: Connection,
    settings: Settings,
    at_hand: None,
    monkeypatch: pytest.MonkeyPatch,
    distances: Distances,
    exceeded: bool,
) -> None:
    seen(monkeypatch, distances)
    found = looking.look(connection, settings)
    assert found.exceeded is exceeded
    assert (ask_for_retraining(connection, settings) == found.reason) is exceeded


@pytest.mark.parametrize(("chance", "exceeded"), [(0.67, False), (0.60, True)])
def test_forecasts_that_became_worse_ask_for_a_retraining(
    connection: Connection,
    settings: Settings,
    at_hand: None,
    monkeypatch: pytest.MonkeyPatch,
    chance: float,
    exceeded: bool,
) -> None:
    seen(monkeypatch, Distances({"a": 0.0}, 0.0))
    for day, said, stayed in ((28, chance, True), (29, 1 - chance, False), (20, 0.0, True), (30, 0.0, None)):
        connection.execute(
            "INSERT INTO ytempire.model_forecasts VALUES ('trend', '3', %s, 'US', 'a', %s, %s)",
            (date(2026, 6, day), said, stayed),
        )
    found = looking.look(connection, settings)
    assert found.live_brier == pytest.approx((1 - chance) ** 2, abs=1e-6)
    assert found.exceeded is exceeded


def test_the_page_says_of_each_look_what_came_of_it(
    connection: Connection, settings: Settings, at_hand: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(connection, date(2026, 6, 1), exceeded=False)
    add(connection, date(2026, 6, 2))
    index = settings.data_root / "reports" / "drift" / "index.html"
    seen(monkeypatch, Distances({"rank": 0.5, "<b>days</b>": 1.25}, 0.3))
    looking.look(connection, settings)
    before = index.read_text(encoding="utf-8")
    assert "asked to retrain" not in before
    # Two reports are kept, and the newest look stands first.
    assert "2026-06-01" not in before
    assert 0 < before.index(str(LAST_DAY.date())) < before.index("2026-06-02")
    assert "2 of 2" in before
    assert 0 < before.index("&lt;b&gt;days") < before.index("rank <small>0.50")
    assert 'href="trend-v3-2026-06-30.html"' in before
    ask_for_retraining(connection, settings)
    assert "asked to retrain" in index.read_text(encoding="utf-8")


def add(connection: Connection, day: date, *, exceeded: bool = True) -> None:
    connection.execute(
        "INSERT INTO ytempire.model_drift (model_name, version, day, reference_rows, current_rows, feature_count,"
        " drifted, drifted_share, prediction_distance, tested_brier, exceeded, reason, report)"
        " VALUES ('trend', '3', %s, 1, 1, 1, '{}', 0, 0, 0.1, %s, 'moved', 'x.html')",
        (day, exceeded),
    )


def test_it_is_asked_once_a_week_and_not_while_a_new_version_is_tried(
    connection: Connection, settings: Settings
) -> None:
    first = date(2026, 11, 1)
    asked = []
    for number in range(10):
        add(connection, first + timedelta(days=number))
        asked.append(ask_for_retraining(connection, settings))
    assert asked == ["moved", *[None] * 6, "moved", None, None]
    add(connection, first + timedelta(days=14))
    rollout = "INSERT INTO ytempire.model_rollouts (model_name, version, champion_version, percentage, started_on,"
    connection.execute(f"{rollout} stepped_on) VALUES ('trend', '4', '3', 5, '2026-11-14', '2026-11-14')")
    assert ask_for_retraining(connection, settings) is None
    connection.execute("UPDATE ytempire.model_rollouts SET state = 'returned', ended_at = now()")
    # Asked again by a retry of the same task, it says the same.
    assert [ask_for_retraining(connection, settings) for _ in range(2)] == ["moved", "moved"]
    add(connection, first + timedelta(days=40), exceeded=False)
    assert ask_for_retraining(connection, settings) is None


def test_old_reports_go(
    connection: Connection, settings: Settings, at_hand: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen(monkeypatch, Distances({"a": 0.0}, 0.0))
    folder = settings.data_root / "reports" / "drift"
    folder.mkdir(parents=True)
    for day in (date(2026, 6, 1), date(2026, 6, 2)):
        add(connection, day)
        name = f"trend-v3-{day}.html"
        connection.execute("UPDATE ytempire.model_drift SET report = %s WHERE day = %s", (name, day))
        (folder / name).write_text("old")
    looking.look(connection, settings)
    assert sorted(page.name for page in folder.iterdir()) == [
        "index.html", "trend-v3-2026-06-02.html", "trend-v3-2026-06-30.html",
    ]  # fmt: skip


def test_what_cannot_be_looked_at_says_why(
    connection: Connection, settings: Settings, history: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(Skippable, match="no charts"):
        looking.look(connection, settings)
    import_history(connection, history.write(tmp_path / "history"), last_days=3)
    with pytest.raises(Skippable, match="charts of 3 days"):
        looking.look(connection, settings)
    import_history(connection, tmp_path / "history", last_days=12)
    with pytest.raises(InvalidInput, match="no feature set"):
        looking.look(connection, settings)
    monkeypatch.setattr(ModelRegistry, "champion_model", lambda _: None)
    with pytest.raises(ModelMissing):
        looking.look(connection, settings)
