"""Batches answer as the model alone would, whoever else asks, and with or without Redis."""

from __future__ import annotations

import json
from datetime import date
from uuid import uuid4

import numpy as np
import pandas as pd
import pytest
from ml_serving.conftest import Shelf, Trials, ask, titled
from own_redis import own_redis

from ml.serving.client import as_json
from ml.serving.predictions import Answer, NoModel, NotServed, Predictions
from ml.serving.question import Question, Refused, read
from ml.serving.versions import Served, Versions
from ml.trend.model import TrendModel
from ytempire.cache import Cache
from ytempire.rollouts import Rollout
from ytempire.settings import CacheSettings, ServingSettings, Settings

NO_REDIS = Cache("redis://127.0.0.1:1/0", CacheSettings(enabled=False))


@pytest.fixture
def versions(settings: Settings, shelf: Shelf, trials: Trials, model: TrendModel) -> Versions:
    shelf.add("1", model)
    shelf.champion = "1"
    loaded = Versions(settings, shelf, trials)
    loaded.refresh()
    return loaded


def answered(predictions: Predictions, *questions: Question) -> list[Answer]:
    answers = predictions.answer(questions)
    assert all(isinstance(answer, Answer) for answer in answers), answers
    return answers  # type: ignore[return-value]


def test_a_chart_is_answered_as_by_the_model_itself(versions: Versions, model: TrendModel, rows: pd.DataFrame) -> None:
    few = rows[rows["day"] >= sorted(rows["day"].unique())[-2]].sample(frac=1, random_state=2)
    [answer] = answered(Predictions(versions, NO_REDIS, 60), ask(few))
    np.testing.assert_allclose(answer.chances, model.chances(few), atol=1e-6)
    assert (answer.version, answer.runtime, set(answer.cached)) == ("1", "torch", {False})


def test_one_that_reads_titles_answers_with_and_without_them(
    settings: Settings, shelf: Shelf, trials: Trials, titled_model: TrendModel, chart: pd.DataFrame
) -> None:
    shelf.add("1", titled_model)
    shelf.champion = "1"
    exporting = settings.model_copy(update={"serving": ServingSettings(runtime="onnx")})
    versions = Versions(exporting, shelf, trials)
    versions.refresh()
    assert versions.problem is None and [one.titles for one in versions.said()] == [True]
    read = titled(chart)
    with_them, without = answered(Predictions(versions, NO_REDIS, 60), ask(read), ask(chart))
    np.testing.assert_allclose(with_them.chances, titled_model.chances(read), atol=1e-4)
    np.testing.assert_allclose(without.chances, titled_model.chances(chart), atol=1e-4)
    assert not np.allclose(with_them.chances, without.chances, atol=1e-3)


def test_who_else_asks_changes_nothing(versions: Versions, model: TrendModel, chart: pd.DataFrame) -> None:
    """Single rows of one chart that come together are not a chart: each is judged as if it had come alone."""
    singles = [chart.iloc[[place]] for place in range(6)]
    predictions = Predictions(versions, NO_REDIS, 60)
    together = answered(predictions, *[ask(row) for row in singles], ask(chart))
    for row, answer in zip(singles, together, strict=False):
        np.testing.assert_allclose(answer.chances, model.chances(row), atol=1e-6)
    np.testing.assert_allclose(together[-1].chances, model.chances(chart), atol=1e-6)
    assert not np.allclose([answer.chances[0] for answer in together[:6]], together[-1].chances[:6], atol=1e-4)
    assert predictions.counts.batches == 1 and predictions.counts.requests == 7


def test_what_was_answered_is_known_and_losing_redis_changes_nothing(
    versions: Versions, rows: pd.DataFrame, chart: pd.DataFrame
) -> None:
    with own_redis() as server:
        predictions = Predictions(versions, Cache(server.url, CacheSettings()), 86_400)
        [first] = answered(predictions, ask(chart))
        [again] = answered(predictions, ask(chart))
        assert again.chances == first.chances and all(again.cached) and not any(first.cached)
        assert predictions.counts.hit_rate == 0.5
        [key] = server.client.keys("predictions:trend:1-torch:*")
        assert 86_000 < server.client.ttl(key) <= 86_400
        other = rows[(rows["day"] == chart["day"][0]) & (rows["region_code"] == "DE")]
        [mixed] = answered(predictions, ask(pd.concat([chart.head(4), other, chart.tail(16)])))
        assert mixed.cached == [True] * 4 + [False] * len(other) + [True] * 16
        assert mixed.chances[:4] == first.chances[:4]
        for nonsense in (b"no JSON {", json.dumps([0.5]).encode(), json.dumps({"a": 1}).encode()):
            server.client.set(key, nonsense)
            [good] = answered(predictions, ask(chart))
            assert good.chances == first.chances and not any(good.cached)
        server.kill()
        [without] = answered(predictions, ask(chart))
        assert without.chances == first.chances and not any(without.cached)


def test_another_version_does_not_answer_with_what_the_last_one_said(
    versions: Versions, shelf: Shelf, model: TrendModel, other_model: TrendModel, chart: pd.DataFrame
) -> None:
    with own_redis() as server:
        predictions = Predictions(versions, Cache(server.url, CacheSettings()), 60)
        answered(predictions, ask(chart))
        shelf.add("2", other_model)
        shelf.champion = "2"
        versions.refresh()
        [answer] = answered(predictions, ask(chart))
    assert answer.version == "2" and not any(answer.cached)
    np.testing.assert_allclose(answer.chances, other_model.chances(chart), atol=1e-6)


def test_one_that_is_refused_leaves_the_others_alone(versions: Versions, chart: pd.DataFrame) -> None:
    poor = read(_without(chart, "log_views"), most_rows=500)
    predictions = Predictions(versions, NO_REDIS, 60)
    good, refused, unknown = predictions.answer([ask(chart), poor, ask(chart, more='"version": "9", ')])
    assert isinstance(good, Answer) and isinstance(refused, Refused) and isinstance(unknown, NotServed)
    assert refused.problems[0][0] == "rows.0.log_views" and predictions.counts.refused == 1


def _without(chart: pd.DataFrame, name: str) -> bytes:
    rows = json.loads(as_json(chart))
    return json.dumps({"rows": [{key: value for key, value in row.items() if key != name} for row in rows]}).encode()


def test_without_a_model_the_reason_is_told(
    settings: Settings, shelf: Shelf, trials: Trials, chart: pd.DataFrame
) -> None:
    versions = Versions(settings, shelf, trials)
    versions.refresh()
    [answer] = Predictions(versions, NO_REDIS, 60).answer([ask(chart)])
    assert isinstance(answer, NoModel) and "has no champion" in str(answer)


def test_where_the_challenger_fails_the_champion_answers_and_the_failure_counts(
    versions: Versions,
    shelf: Shelf,
    trials: Trials,
    other_model: TrendModel,
    chart: pd.DataFrame,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shelf.add("2", other_model)
    trials.rollout = Rollout(3, "trend", "2", "1", 100, "running", date(2026, 11, 1), date(2026, 11, 1))
    versions.refresh()
    asked = ask(chart, more=f'"channel_id": "{uuid4()}", ')
    predictions = Predictions(versions, NO_REDIS, 60)
    assert answered(predictions, asked)[0].version == "2"

    def fail(self: Served, rows: pd.DataFrame) -> np.ndarray:
        return np.full(len(rows), np.nan)

    challenger = versions.answering(version="2")
    monkeypatch.setattr(type(challenger.model), "chances", _only(challenger.model, fail))  # type: ignore[union-attr]
    assert answered(predictions, asked)[0].version == "1"
    assert len(trials.errors) == 1 and "no number" in trials.errors[0]
    [named] = predictions.answer([ask(chart, more='"version": "2", ')])
    assert isinstance(named, NotServed)


def _only(model: TrendModel, instead: object) -> object:
    usual = TrendModel.chances

    def chances(self: TrendModel, rows: pd.DataFrame) -> np.ndarray:
        return instead(self, rows) if self is model else usual(self, rows)  # type: ignore[operator]

    return chances
