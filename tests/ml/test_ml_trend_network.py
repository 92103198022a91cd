"""The network reads a chart as a set of rows and nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
import torch

from etl.features.contract import SEQUENCE_NAMES
from ml.trend.data import Preparation, to_charts
from ml.trend.fit import Recipe, fit
from ml.trend.model import CARD, WEIGHTS, TrendModel, predict
from ml.trend.network import ChartNetwork, Shape
from ytempire.errors import InvalidInput


@pytest.fixture
def network() -> ChartNetwork:
    torch.manual_seed(1)
    return ChartNetwork(Shape(numbers=5, regions=3, categories=2, width=16)).eval()


def batch(rows: int) -> tuple[torch.Tensor, ...]:
    generator = torch.Generator().manual_seed(2)
    numbers = torch.randn(2, rows, 5, generator=generator)
    return numbers, torch.tensor([1, 2]), torch.ones(2, rows, dtype=torch.long), torch.ones(2, rows).bool()


def test_the_order_of_rows_does_not_matter_but_their_company_does(network: ChartNetwork) -> None:
    numbers, region, category, listed = batch(6)
    with torch.inference_mode():
        straight = network(numbers, region, category, listed)
        order = torch.tensor([3, 1, 5, 0, 2, 4])
        torch.testing.assert_close(network(numbers[:, order], region, category, listed), straight[:, order])
        other = numbers.clone()
        other[:, 5] += 3
        assert not torch.allclose(network(other, region, category, listed)[:, :5], straight[:, :5])


def test_padding_changes_nothing(network: ChartNetwork) -> None:
    numbers, region, category, listed = batch(6)
    filler = torch.full((2, 3, 5), 9.0)
    with torch.inference_mode():
        padded = network(
            torch.cat([numbers, filler], 1),
            region,
            torch.cat([category, category[:, :3]], 1),
            torch.cat([listed, ~listed[:, :3]], 1),
        )
        torch.testing.assert_close(padded[:, :6], network(numbers, region, category, listed))


@pytest.fixture(scope="module")
def trained(feature_rows: pd.DataFrame) -> TrendModel:
    labelled = feature_rows[feature_rows["day"] < feature_rows["day"].max()].reset_index(drop=True)
    preparation = Preparation.fit(labelled)
    shape = Shape(preparation.width, len(preparation.regions), len(preparation.categories), width=16)
    recipe = Recipe(shape, epochs=2, batch_charts=8, seed=4)
    return TrendModel(fit(recipe, to_charts(labelled, preparation)).network, preparation)


def test_the_same_seed_trains_the_same_network(trained: TrendModel, feature_rows: pd.DataFrame) -> None:
    labelled = feature_rows[feature_rows["day"] < feature_rows["day"].max()].reset_index(drop=True)
    charts = to_charts(labelled, trained.preparation)
    again = fit(Recipe(trained.network.shape, epochs=2, batch_charts=8, seed=4), charts).network
    assert (predict(again, charts) == predict(trained.network, charts)).all()


def test_a_kept_model_predicts_as_before(trained: TrendModel, feature_rows: pd.DataFrame, tmp_path: Path) -> None:
    trained.save(tmp_path)
    rows = feature_rows.tail(200).sample(frac=1, random_state=1)
    assert (TrendModel.load(tmp_path).chances(rows) == trained.chances(rows)).all()
    assert len(trained.chances(rows.head(0))) == 0


def test_damaged_or_foreign_files_are_refused(trained: TrendModel, tmp_path: Path) -> None:
    trained.save(tmp_path)
    good = (tmp_path / WEIGHTS).read_bytes()
    (tmp_path / WEIGHTS).write_bytes(good[: len(good) // 2])
    with pytest.raises(InvalidInput, match="damaged"):
        TrendModel.load(tmp_path)
    (tmp_path / WEIGHTS).write_bytes(good)
    card = json.loads((tmp_path / CARD).read_text())
    card["preparation"]["contract"] = "another"
    (tmp_path / CARD).write_text(json.dumps(card))
    with pytest.raises(InvalidInput, match="Retrain"):
        TrendModel.load(tmp_path)
    (tmp_path / CARD).unlink()
    with pytest.raises(InvalidInput, match="damaged"):
        TrendModel.load(tmp_path)


def test_the_sequences_are_read_in_their_order() -> None:
    torch.manual_seed(1)
    shape = Shape(numbers=5, regions=3, categories=2, width=16, history=((1, 2), (3, 4)))
    network = ChartNetwork(shape).eval()
    numbers, region, category, listed = batch(4)
    with torch.inference_mode():
        read = network.course(numbers)
        turned = numbers.clone()
        turned[..., 1:5] = numbers[..., [3, 4, 1, 2]]
        assert not torch.allclose(network.course(turned), read)
        other = numbers.clone()
        other[..., 0] += 1
        torch.testing.assert_close(network.course(other), read)
        assert network(numbers, region, category, listed).shape == (2, 4)


def test_a_network_without_all_of_the_sequences_reads_none(feature_rows: pd.DataFrame) -> None:
    steps = [name for step in SEQUENCE_NAMES for name in step]
    assert Preparation.fit(feature_rows, steps).history[0] == (0, 1, 2, 3, 4, 5)
    assert Preparation.fit(feature_rows, steps[1:]).history == ()
