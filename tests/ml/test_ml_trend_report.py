"""The train report: figures of the days after the last training day, which no model has looked at."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from chart_history import ChartHistory, chart_history

from ml.metrics import score
from ml.trend.report.charts import read_charts
from ml.trend.report.measures import differences, listing_report, reliability
from ml.trend.report.run import train_report
from ml.trend.report.tasks import breakout_task, growth_task
from ytempire.errors import InvalidInput
from ytempire.settings import TrainingSettings, TreesSettings

_UNTIL = date(2026, 6, 24)
_SETTINGS = TrainingSettings(
    selection_rows=500,
    selection_step=120,
    titles=60,
    trees=TreesSettings(rounds=15, leaves=7, leaf_rows=10, task_rounds=5, threads=1),
)


@pytest.fixture(scope="module")
def history() -> ChartHistory:
    return chart_history(days=24, chart=12)


@pytest.fixture(scope="module")
def reported(history: ChartHistory, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], Path, Path]:
    root = tmp_path_factory.mktemp("report")
    folder = history.write(root / "history")
    return train_report(folder, _UNTIL, root / "kept", _SETTINGS, processes=1), folder, root / "kept"


def test_every_task_has_its_slices_models_and_measures(reported: tuple[dict[str, Any], Path, Path]) -> None:
    report = reported[0]
    models = {"majority", "lookup", "logistic", "lightgbm", "network", "promoted"}
    for name in ("all", "first_seen", "seen_before"):
        assert models <= set(report["persistence"].get(name, dict.fromkeys(models)))
    overall = report["persistence"]["all"]
    assert {"accuracy", "auc", "brier", "n", "accuracy_vs_lightgbm_low"} <= set(overall["promoted"])
    assert overall["lightgbm"]["auc"] > overall["lookup"]["auc"] - 0.05 and overall["majority"]["auc"] == 0.5
    assert models <= set(report["growth"]["all"]) and models <= set(report["breakout"]["all"])
    assert report["growth"]["all"]["lightgbm"]["mae"] < report["growth"]["all"]["majority"]["mae"]
    # Four countries never make ten.
    assert report["breakout"]["all"]["lightgbm"]["positives"] == 0
    assert sum(step["n"] for step in report["calibration"]["promoted"]) == overall["promoted"]["n"]
    days = report["by_day"]["promoted"].values()
    assert sum(day["n"] for day in days) == overall["promoted"]["n"]
    renewed = sum(day["n"] for day in days if day["stayed"] <= 0.8)
    assert report["persistence"]["renewed_days"]["promoted"]["n"] == renewed > 0
    assert report["about"]["promoted"] in ("network", "lightgbm", "stack")


def test_what_is_finished_is_not_done_again(
    reported: tuple[dict[str, Any], Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    report, folder, kept = reported

    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("trained again")

    places = ("report.learning.grow", "report.further.grow", "fit.fit", "encoder.TitleEncoder")
    for place in (f"ml.trend.{place}" for place in places):
        monkeypatch.setattr(place, never)
    again = train_report(folder, _UNTIL, kept, _SETTINGS, processes=1)
    for task in ("persistence", "growth", "breakout"):
        assert again[task] == report[task]


def test_the_days_after_the_last_one_do_not_change_what_was_learned(
    history: ChartHistory, reported: tuple[dict[str, Any], Path, Path], tmp_path: Path
) -> None:
    later = history.snapshots["fetched_at"].dt.date > _UNTIL
    generator = np.random.default_rng(8)
    other = history.snapshots.copy()
    for column in ("views", "likes", "video_id"):
        other.loc[later, column] = generator.permutation(other.loc[later, column].to_numpy())
    folder = ChartHistory(other, history.videos).write(tmp_path / "history")
    train_report(folder, _UNTIL, tmp_path / "kept", _SETTINGS, processes=1)
    learned = [sorted(kept.glob("*/*/*/trees.txt")) for kept in (reported[2], tmp_path / "kept")]
    assert len(learned[0]) == 4
    assert [path.read_text() for path in learned[0]] == [path.read_text() for path in learned[1]]


def test_a_day_without_days_after_it_and_a_folder_without_charts_are_refused(
    reported: tuple[dict[str, Any], Path, Path], tmp_path: Path
) -> None:
    _, folder, kept = reported
    with pytest.raises(InvalidInput, match="until"):
        train_report(folder, date(2026, 6, 30), kept, _SETTINGS, processes=1)
    with pytest.raises(InvalidInput, match="history"):
        train_report(tmp_path, _UNTIL, kept, _SETTINGS, processes=1)


def test_a_table_without_a_column_is_named(history: ChartHistory, tmp_path: Path) -> None:
    folder = ChartHistory(history.snapshots.drop(columns="rank"), history.videos).write(tmp_path)
    with pytest.raises(InvalidInput, match="rank"):
        read_charts(folder)


def rows_of(places: dict[int, dict[str, int]]) -> pd.DataFrame:
    """Rows from day number → video → the number of countries that list it."""
    return pd.DataFrame(
        [
            {
                "day": date(2026, 3, 1) + timedelta(days=day),
                "youtube_video_id": video,
                "region_code": f"R{country}",
                "rank": 1 + country,
                "log_views": float(day),
            }
            for day, videos in places.items()
            for video, countries in videos.items()
            for country in range(countries)
        ]
    )


def test_a_breakout_is_a_video_of_few_countries_that_comes_to_ten() -> None:
    frame = rows_of({0: {"a": 3, "b": 12, "c": 2}, 1: {"a": 4, "c": 2}, 2: {"a": 10}, 3: {"a": 11}, 4: {}, 5: {"d": 1}})
    task = breakout_task(frame, date(2026, 3, 4))
    assert dict(zip(task.before.rows["youtube_video_id"], task.before.target, strict=True)) == {"a": 1, "c": 0}
    assert set(task.before.rows["day"]) == {date(2026, 3, 1)} and task.later.rows.empty


def test_a_listing_is_measured_by_what_stands_first() -> None:
    labels = np.zeros(1_000)
    labels[:50] = 1
    found = listing_report(labels, {"knows": labels * 0.9 + 0.05, "majority": np.full(1_000, 0.05)})["all"]
    assert found["knows"]["average_precision"] == 1 and found["knows"]["precision_at_100"] == 0.5
    assert found["knows"]["precision_at_positives"] == 1 and found["majority"]["average_precision"] == 0.05


def test_growth_is_that_of_the_next_day_in_any_country() -> None:
    task = growth_task(rows_of({0: {"a": 2, "b": 1}, 1: {"a": 1}, 2: {"a": 1}}), date(2026, 3, 2))
    assert task.before.target.tolist() == [1, 1] and set(task.before.rows["youtube_video_id"]) == {"a"}
    assert task.later.target.size == 0


def test_the_interval_of_a_difference_holds_it_and_knows_of_videos() -> None:
    rng = np.random.default_rng(5)
    truth = rng.random(3_000)
    labels = (rng.random(3_000) < truth).astype(np.float64)
    videos = np.array([f"v{n // 3}" for n in range(3_000)], dtype=object)
    worse = np.clip(truth + rng.normal(0, 0.4, 3_000), 0.01, 0.99)
    found = differences(videos, labels, truth, worse, seed=1)
    for name, sign in (("accuracy", 1), ("auc", 1), ("brier", -1)):
        low, high = found[f"{name}_vs_lightgbm_low"], found[f"{name}_vs_lightgbm_high"]
        assert low < found[f"{name}_vs_lightgbm"] < high and sign * low > 0 < sign * high
    plain = score(truth, labels)["auc"] - score(worse, labels)["auc"]
    assert found["auc_vs_lightgbm"] == pytest.approx(plain, abs=1e-4)
    steps = reliability(labels, truth)
    assert len(steps) == 10 and all(abs(step["chance"] - step["true"]) < 0.12 for step in steps)
