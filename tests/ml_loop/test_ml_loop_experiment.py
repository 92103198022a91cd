"""The experiment is fair: the arms share all but the topics, and no arm knows tomorrow's charts."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml.loop import arms
from ml.loop.figures import gain, span
from ml.loop.report import write_report
from ml.loop.world import Planned, Screened, features, read_charts, screen, synthesize

BEFORE = 16


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synthesize(tmp_path_factory.mktemp("world"), 24, 5)


@pytest.fixture(scope="module")
def charts(history: Path) -> pd.DataFrame:
    return read_charts(history)


@pytest.fixture(scope="module")
def rows(charts: pd.DataFrame) -> pd.DataFrame:
    return features(charts)


@pytest.fixture(scope="module")
def days(charts: pd.DataFrame) -> list[date]:
    return sorted(charts["day"].unique())[BEFORE : BEFORE + 3]


CREW = arms.channels(6, 5)


def planned(arm: str, charts: pd.DataFrame, rows: pd.DataFrame, days: list[date]) -> list[Planned]:
    return arms.plan(arm, CREW, charts, rows, days, seed=5)


def test_the_arms_differ_in_their_topics_only(charts: pd.DataFrame, rows: pd.DataFrame, days: list[date]) -> None:
    plans = {arm: planned(arm, charts, rows, days) for arm in arms.ARMS}
    same = {
        arm: [(p.id, p.channel, p.published_at, p.country, p.subscribers) for p in found]
        for arm, found in plans.items()
    }
    assert same["model"] == same["velocity"] == same["random"]
    assert len(same["model"]) == len(CREW) * len(days)
    titles = [[video.title for video in found] for found in plans.values()]
    assert titles[0] != titles[1] != titles[2] != titles[0]


def test_the_model_knows_nothing_of_later_days(charts: pd.DataFrame, rows: pd.DataFrame, days: list[date]) -> None:
    first = days[:1]
    before = planned("model", charts, rows, first)
    spoiled = rows.copy()
    # From the morning of the first day the labels of the day before are not known, nor anything later.
    spoiled.loc[spoiled["day"] >= days[0] - timedelta(days=1), "stays"] = 1.0
    spoiled = spoiled[spoiled["day"] <= days[0]]
    known = charts[charts["day"] <= days[0]]
    assert planned("model", known, spoiled, first) == before


def test_the_audience_answers_for_every_video_in_its_order(
    history: Path, charts: pd.DataFrame, rows: pd.DataFrame, days: list[date]
) -> None:
    plan = [video.published(timedelta(hours=24)) for video in planned("velocity", charts, rows, days)]
    assert plan[0].published_at == f"{days[1]}T08:00:00+00:00"
    found = screen(history, 5, plan, 3.0)
    assert len(found) == len(plan)
    assert all(isinstance(one, Screened) and one.views > 0 for one in found)


def test_intervals_come_from_the_seeds() -> None:
    found = span([1.0, 2.0, 3.0])
    assert found.mean == 2
    assert found.high - found.mean == pytest.approx(4.3027 / np.sqrt(3), rel=1e-3)
    assert span([1.0]).low == -np.inf
    seeds = [{"a": {"views": 110.0}, "b": {"views": 100.0}}, {"a": {"views": 240.0}, "b": {"views": 200.0}}]
    assert gain(seeds, "a", "b").mean == pytest.approx(0.15)


@pytest.mark.parametrize(
    ("low", "high", "said"), [(0.1, 0.3, "more views than velocity"), (-0.3, -0.1, "fewer"), (-0.1, 0.1, "no certain")]
)
def test_the_report_says_what_came_out_whatever_it_is(tmp_path: Path, low: float, high: float, said: str) -> None:
    one = {"mean": (low + high) / 2, "low": low, "high": high}
    known = {"views": one, "median_views": one, "heat": one}
    found = {"arms": dict.fromkeys(arms.ARMS, known), "gains": {"model over velocity": one, "model over random": one}}
    told = {"seconds": 1, "channels": 30, "weeks": 8, "seeds": 5, "age_days": 7.0, "delays": {"24": found}}
    write_report(tmp_path / "loop.md", told)
    assert said in (tmp_path / "loop.md").read_text()
