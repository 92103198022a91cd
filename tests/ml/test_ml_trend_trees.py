"""Trees and the stack are models like the network: the same question, the same files, the same refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from etl.features.contract import LABEL, NUMBERS
from ml.metrics import score
from ml.trend.data import Preparation
from ml.trend.model import CARD, TrendModel
from ml.trend.network import ChartNetwork, Shape
from ml.trend.split import Split, split_by_time
from ml.trend.stack import learn_mix
from ml.trend.trees import FILE, Known, grow
from ytempire.errors import InvalidInput
from ytempire.settings import TreesSettings

_SMALL = TreesSettings(rounds=40, leaves=15, leaf_rows=20, patience=5, threads=1)


@pytest.fixture(scope="module")
def split(feature_rows: pd.DataFrame) -> Split:
    return split_by_time(feature_rows, test_days=5, validation_share=0.2)


def known(rows: pd.DataFrame) -> Known:
    return Known(rows, rows[LABEL].to_numpy(dtype=np.float32))


@pytest.fixture(scope="module")
def trees(split: Split) -> TrendModel:
    preparation = Preparation.fit(split.train, NUMBERS[:60])
    return TrendModel(None, preparation, grow(known(split.train), preparation, _SMALL, seed=3))


@pytest.fixture(scope="module")
def stack(trees: TrendModel, split: Split) -> TrendModel:
    preparation = trees.preparation
    shape = Shape(preparation.width, len(preparation.regions), len(preparation.categories), width=16)
    network = ChartNetwork(shape).eval()
    said = trees.chances(split.validation)
    mix = learn_mix(np.full(len(said), 0.5), said, split.validation[LABEL])
    return TrendModel(network, preparation, trees.trees, mix)


def test_trees_know_more_of_later_days_than_the_majority(trees: TrendModel, split: Split) -> None:
    labels = split.test[LABEL].to_numpy()
    ours = score(trees.chances(split.test), labels)
    always = score(np.full(len(labels), split.before_test[LABEL].mean()), labels)
    assert ours["brier"] < 0.8 * always["brier"] and ours["auc"] > 0.75


def test_growing_ends_when_the_validation_gets_no_better(split: Split) -> None:
    preparation = Preparation.fit(split.train, NUMBERS[:60])
    many = _SMALL.model_copy(update={"rounds": 400, "learning_rate": 0.5})
    grown = grow(known(split.train), preparation, many, seed=3, validation=known(split.validation))
    assert 1 <= grown.rounds < 400


@pytest.mark.parametrize("kind", ["lightgbm", "stack"])
def test_every_kind_is_kept_and_read_by_its_card(
    kind: str, trees: TrendModel, stack: TrendModel, split: Split, tmp_path: Path
) -> None:
    model = {"lightgbm": trees, "stack": stack}[kind]
    model.save(tmp_path)
    read = TrendModel.load(tmp_path)
    assert read.kind == model.kind == kind == json.loads((tmp_path / CARD).read_text())["kind"]
    chances = read.chances(split.test)
    assert chances.dtype == np.float32 and (chances == model.chances(split.test)).all()
    assert ((chances > 0) & (chances < 1)).all() and read.chances(split.test.head(0)).shape == (0,)


def test_damaged_trees_are_refused_before_they_are_read(trees: TrendModel, tmp_path: Path) -> None:
    trees.save(tmp_path)
    text = (tmp_path / FILE).read_text()
    for damaged in (text[: len(text) // 2], text.replace("leaf_value=", "leaf_value=9", 1)):
        (tmp_path / FILE).write_text(damaged)
        with pytest.raises(InvalidInput, match="damaged"):
            TrendModel.load(tmp_path)


def test_a_missing_and_an_infinite_feature_are_named(trees: TrendModel, split: Split) -> None:
    name = trees.preparation.numbers[3]
    with pytest.raises(InvalidInput, match=name):
        trees.chances(split.test.drop(columns=name))
    with pytest.raises(InvalidInput, match=name):
        trees.chances(split.test.assign(**{name: np.inf}))
    unknown = split.test.assign(region_code="ZZ", category_id=99, **{name: np.nan})
    assert np.isfinite(trees.chances(unknown)).all()


def test_parts_that_do_not_belong_together_make_no_model(trees: TrendModel) -> None:
    with pytest.raises(InvalidInput, match="parts"):
        _ = TrendModel(None, trees.preparation).kind


def test_the_mix_trusts_the_one_that_knows() -> None:
    rng = np.random.default_rng(4)
    truth = rng.random(4_000)
    labels = rng.random(4_000) < truth
    blind = rng.random(4_000)
    mix = learn_mix(blind, truth, labels)
    assert mix.trees == pytest.approx(1, abs=0.15) and abs(mix.network) < 0.1
    both = score(mix.chances(blind, truth), labels)["brier"]
    assert both <= score(blind, labels)["brier"] and both == pytest.approx(score(truth, labels)["brier"], abs=0.002)
