"""A training goes on after an interruption, ends early, and is arranged by settings."""

from __future__ import annotations

import weakref
from pathlib import Path

import pandas as pd
import pytest
import torch

from etl.features.contract import LABEL
from ml.trend.data import Charts, Preparation, to_charts
from ml.trend.engine import accumulation, trainer_arguments
from ml.trend.fit import ChartBatches, Recipe, fit, steps
from ml.trend.model import predict
from ml.trend.network import Shape
from ml.trend.split import split_by_time
from ytempire.settings import TrainingSettings


@pytest.fixture(scope="module")
def parts(feature_rows: pd.DataFrame) -> tuple[Recipe, Charts, Charts]:
    """A small recipe, and charts to learn from and to be measured on."""
    split = split_by_time(feature_rows[feature_rows[LABEL].notna()], test_days=5, validation_share=0.2)
    preparation = Preparation.fit(split.train)
    shape = Shape(preparation.width, len(preparation.regions), len(preparation.categories), width=16)
    recipe = Recipe(shape, epochs=3, batch_charts=4, seed=4)
    return recipe, to_charts(split.train, preparation), to_charts(split.validation, preparation)


class Killed(Exception):
    """Stands for the end of the process."""


def test_a_training_that_goes_on_gives_what_an_uninterrupted_one_gives(
    parts: tuple[Recipe, Charts, Charts], tmp_path: Path
) -> None:
    recipe, train, validation = parts
    whole = fit(recipe, train, validation)

    def report(epoch: int, _loss: float) -> None:
        seen.append(epoch)
        if epoch == 1 and len(seen) == 2:
            raise Killed

    seen: list[int] = []
    with pytest.raises(Killed):
        fit(recipe, train, validation, report=report, kept=tmp_path)
    resumed = fit(recipe, train, validation, report=report, kept=tmp_path)

    assert seen == [0, 1, 1, 2]
    assert resumed.losses == whole.losses and len(whole.losses) == 3
    assert (predict(resumed.network, validation) == predict(whole.network, validation)).all()


def test_a_training_that_does_not_get_better_ends_early(parts: tuple[Recipe, Charts, Charts]) -> None:
    recipe, train, validation = parts
    stubborn = Recipe(
        Shape(**recipe.shape.to_dict() | {"learning_rate": 1.0}), epochs=8, batch_charts=4, seed=recipe.seed
    )
    found = fit(stubborn, train, validation, settings=TrainingSettings(patience=1))
    assert len(found.losses) < 8 and not found.out_of_time
    assert found.losses[-1] >= min(found.losses) and found.best_epochs == len(found.losses) - 1


def test_a_trained_network_does_not_hold_what_it_learned_from(
    parts: tuple[Recipe, Charts, Charts], monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[weakref.ref[ChartBatches]] = []

    class Watched(ChartBatches):
        def __init__(self, charts: Charts, size: int, seed: int | None = None) -> None:
            super().__init__(charts, size, seed)
            read.append(weakref.ref(self))

    monkeypatch.setattr("ml.trend.fit.ChartBatches", Watched)
    recipe, train, validation = parts
    found = fit(recipe, train, validation)
    assert found.network is not None and [batches() for batches in read] == [None, None]


def test_two_processes_share_a_training(
    parts: tuple[Recipe, Charts, Charts], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As in a task of Airflow, whose program cannot be run again.
    program = tmp_path / "program.py"
    program.write_text("raise RuntimeError('it was run again')")
    monkeypatch.setattr("__main__.__file__", str(program), raising=False)
    monkeypatch.setattr("__main__.__spec__", None)
    recipe, train, validation = parts
    alone = fit(recipe, train, validation)
    shared = fit(recipe, train, validation, settings=TrainingSettings(accelerator="cpu", devices=2), kept=tmp_path)
    assert len(shared.losses) == 3 and not shared.out_of_time
    assert shared.losses[-1] < shared.losses[0]
    # They learn from twice as many charts a step, in half as many steps: near what one learns, not the same.
    assert shared.losses[-1] == pytest.approx(alone.losses[-1], rel=0.1)
    again = fit(recipe, train, validation, settings=TrainingSettings(accelerator="cpu", devices=2), kept=tmp_path)
    assert again.losses == shared.losses
    assert (predict(again.network, validation) == predict(shared.network, validation)).all()


def test_at_the_deadline_a_training_ends_with_what_it_has(parts: tuple[Recipe, Charts, Charts]) -> None:
    recipe, train, validation = parts
    found = fit(recipe, train, validation, deadline=0.0)
    assert found.out_of_time and len(found.losses) == 1


def test_every_epoch_sees_each_chart_once_in_an_order_of_its_own(parts: tuple[Recipe, Charts, Charts]) -> None:
    _, train, _ = parts
    batches = ChartBatches(train, size=4, seed=2)

    def order() -> list[float]:
        return [float(numbers[0, 0, :3].sum()) for batch in batches for numbers in batch[0].split(1)]

    first = order()
    batches.set_epoch(1)
    second = order()
    assert first != second and sorted(first) == sorted(second)
    batches.set_epoch(0)
    assert order() == first and len(first) == len(train)
    assert len(list(batches)) == len(batches)


def test_four_passes_make_one_step_unless_few_would_be_left(parts: tuple[Recipe, Charts, Charts]) -> None:
    recipe, _, _ = parts
    assert accumulation(1_000, TrainingSettings()) == 4 and accumulation(250, TrainingSettings()) == 2
    assert accumulation(30, TrainingSettings()) == 1
    assert steps(4 * 1_000, recipe, TrainingSettings()) == 3 * 250
    assert steps(100, recipe, TrainingSettings()) == 3 * 25
    assert steps(100, recipe, TrainingSettings(devices=2)) == 3 * 13


def test_the_machine_and_the_settings_decide_how_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert trainer_arguments(TrainingSettings()) == {
        "accelerator": "cpu",
        "devices": 1,
        "strategy": "auto",
        "precision": "32-true",
    }
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    several = trainer_arguments(TrainingSettings(devices=2))
    assert (several["accelerator"], several["precision"], several["devices"]) == ("gpu", "bf16-mixed", 2)
    assert several["strategy"] == "ddp_spawn"
    assert trainer_arguments(TrainingSettings(accelerator="cpu"))["precision"] == "32-true"
