"""Titles: read once, kept, and read by the network where they are known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from etl.features.contract import NUMBERS
from ml.serving.runtime import FP32, computed_by, export
from ml.trend.data import Preparation, to_charts
from ml.trend.encoder import TitleEncoder
from ml.trend.fit import Recipe, fit
from ml.trend.model import TrendModel, served
from ml.trend.network import Shape
from ml.trend.titles import AXES, TITLE_AXES, Titles, fit_axes, meanings
from ytempire.quality.encoder import encoder


class Counting:
    """Stands for MiniLM, and counts what it is given."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def embed(self, titles: Sequence[str]) -> np.ndarray:
        self.read += titles
        return np.stack([np.random.default_rng(len(title)).normal(size=384) for title in titles]).astype(np.float32)


@pytest.fixture
def reader() -> Counting:
    return Counting()


def titles(folder: Path, reader: Counting) -> Titles:
    return Titles(folder, reader)  # type: ignore[arg-type]


def test_a_title_is_read_once_and_kept(tmp_path: Path, reader: Counting) -> None:
    first = titles(tmp_path, reader).numbers(["one", "three", None, ""], most=9)
    assert first.shape == (4, AXES) and not np.isnan(first[:2]).any() and np.isnan(first[2:]).all()
    assert reader.read == ["one", "three"]
    again = titles(tmp_path, reader).numbers(["three", "one"], most=9)
    assert (again == first[[1, 0]]).all() and len(reader.read) == 2


def test_no_more_than_the_given_number_are_known_the_last_ones(tmp_path: Path, reader: Counting) -> None:
    column = pd.Series(["a", "bb", "ccc", "bb", "dddd"], index=[4, 3, 2, 1, 0])
    found = meanings(column, titles(tmp_path, reader), most=2)
    assert reader.read == ["ccc", "dddd"] and list(found) == list(TITLE_AXES)
    assert found.notna().all(axis=1).tolist() == [False, False, True, False, True]
    assert list(found.index) == list(column.index)


def test_what_was_read_another_time_does_not_tell_who_came_back(tmp_path: Path, reader: Counting) -> None:
    known = titles(tmp_path, reader)
    known.numbers(["came back"], most=1)
    found = known.numbers(["came back", "b", "ccc"], most=1)
    assert np.isnan(found).all(axis=1).tolist() == [True, True, False]
    assert not np.isnan(known.numbers(["came back", "ccc"], most=2)).any()
    assert np.isnan(known.numbers(["came back", "ccc"], most=0)).all()


def test_a_damaged_store_is_read_anew(tmp_path: Path, reader: Counting) -> None:
    first = titles(tmp_path, reader).numbers(["one"], most=9)
    kept = next(tmp_path.glob("titles-*.npz"))
    kept.write_bytes(kept.read_bytes()[:40])
    assert (titles(tmp_path, reader).numbers(["one"], most=9) == first).all() and reader.read == ["one", "one"]


def test_axes_give_numbers_without_a_mean_and_with_a_spread_of_one() -> None:
    rng = np.random.default_rng(1)
    vectors = (rng.normal(size=(600, 24)) @ rng.normal(size=(24, 384)) + 3).astype(np.float32)
    axes = fit_axes(vectors)
    numbers = (vectors - axes["mean"]) @ axes["axes"]
    np.testing.assert_allclose(numbers.mean(axis=0), 0, atol=1e-3)
    np.testing.assert_allclose(np.cov(numbers.T), np.eye(AXES), atol=1e-2)


def test_the_encoder_gives_what_that_of_the_quality_check_gives() -> None:
    said = ["OFFICIAL TRAILER | The Long Night (2026)", "東京の夜 🎵", "a", "Título de la canción"]
    np.testing.assert_allclose(TitleEncoder().embed(said), encoder().embed(said), atol=2e-5)


def test_like_titles_are_near_each_other(tmp_path: Path) -> None:
    said = ["Official music video: summer love", "New song (official video) - love", "Minecraft survival episode 4"]
    song, other, game = Titles(tmp_path).numbers(said, most=9)
    assert np.linalg.norm(song - other) < np.linalg.norm(song - game)


@pytest.fixture(scope="module")
def trained(feature_rows: pd.DataFrame) -> tuple[TrendModel, pd.DataFrame]:
    """A network that was taught with titles that tell who stays."""
    rows = feature_rows[feature_rows["day"] < feature_rows["day"].max()].reset_index(drop=True)
    noise = np.random.default_rng(2).normal(size=(len(rows), AXES)).astype(np.float32)
    noise[:, 0] += 2 * rows["stays"].to_numpy()
    noise[::7] = np.nan
    rows[list(TITLE_AXES)] = noise
    preparation = Preparation.fit(rows, NUMBERS[:20])
    sizes = (preparation.width, len(preparation.regions), len(preparation.categories))
    recipe = Recipe(Shape(*sizes, width=16, learning_rate=1e-2, titles=AXES), epochs=5, batch_charts=4, seed=4)
    return TrendModel(fit(recipe, to_charts(rows, preparation)).network, preparation), rows


def test_the_network_reads_titles_and_goes_without(trained: tuple[TrendModel, pd.DataFrame]) -> None:
    model, rows = trained
    stays = rows["stays"].to_numpy() > 0.5
    without = model.chances(rows.drop(columns=list(TITLE_AXES)))
    right = {name: ((given > 0.5) == stays).mean() for name, given in (("with", model.chances(rows)), ("no", without))}
    assert right["with"] > right["no"] + 0.03
    unknown = rows.assign(**dict.fromkeys(TITLE_AXES, np.nan))
    np.testing.assert_allclose(model.chances(unknown), without, atol=1e-6)
    assert not set(TITLE_AXES) & set(served(rows, model.preparation))


def test_such_a_network_is_served_without_titles(trained: tuple[TrendModel, pd.DataFrame], tmp_path: Path) -> None:
    model, rows = trained
    served_rows = rows.drop(columns=list(TITLE_AXES))
    export(model, served_rows.head(60), tmp_path)
    answers = computed_by(model, FP32, tmp_path, threads=1).chances(served_rows)
    np.testing.assert_allclose(answers, model.chances(served_rows), atol=1e-4)


def test_a_loaded_model_reads_the_titles_of_rows_itself(
    trained: tuple[TrendModel, pd.DataFrame], tmp_path: Path, reader: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, rows = trained
    model.save(tmp_path / "model")
    chart = rows[rows["day"] == rows["day"].max()].drop(columns=list(TITLE_AXES)).reset_index(drop=True)
    told = chart.assign(title=[f"title {n}" for n in range(len(chart))])
    loaded = TrendModel.load(tmp_path / "model")
    assert (loaded.chances(told) == model.chances(chart)).all()
    monkeypatch.setattr("ml.trend.encoder.TitleEncoder", lambda: reader)
    known = replace(loaded, titles=tmp_path / "titles").chances(told)
    assert len(reader.read) == len(chart) and not np.allclose(known, model.chances(chart))
    expected = chart.join(meanings(told["title"], titles(tmp_path / "titles", reader), most=99))
    assert (model.chances(expected) == known).all()
