"""One training of the network, by Lightning: charts in, weights and validation losses out."""

from __future__ import annotations

import gc
import logging
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil
from pathlib import Path

import pytorch_lightning as pl
import torch
from torch import Tensor

from ml.trend.data import Charts
from ml.trend.engine import Progress, Report, accumulation, epoch_seed, last_checkpoint, own_processes, trainer
from ml.trend.model import batch
from ml.trend.network import Batch, ChartNetwork, Shape
from ytempire.settings import TrainingSettings

log = logging.getLogger(__name__)

_PLACING_ROWS = 20_000
# Of five steps the learning rate's rise is none at all, by which PyTorch's schedule divides.
_LEAST_STEPS = 6


@dataclass(frozen=True)
class Recipe:
    """What is chosen for a training beside the data."""

    shape: Shape
    epochs: int
    batch_charts: int
    seed: int


@dataclass(frozen=True)
class Fitted:
    """A trained network, the validation loss after each epoch (empty without validation), and why it ended."""

    network: ChartNetwork
    losses: list[float] = field(default_factory=list)
    out_of_time: bool = False

    @property
    def best_epochs(self) -> int:
        """After how many epochs the validation loss was least."""
        return self.losses.index(min(self.losses)) + 1 if self.losses else 0


class ChartBatches:
    """Batches of whole charts, shuffled anew each epoch by ``seed``; several processes take turns at the charts."""

    def __init__(self, charts: Charts, size: int, seed: int | None = None) -> None:
        self._charts = batch(charts)
        self._size = size
        self._seed = seed
        self._epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Shuffle for this epoch from now on."""
        self._epoch = epoch

    def __len__(self) -> int:
        _, processes = _place()
        return ceil(ceil(len(self._charts.region) / processes) / self._size)

    def __iter__(self) -> Iterator[Batch]:
        count = len(self._charts.region)
        order = torch.arange(count)
        if self._seed is not None:
            order = torch.randperm(count, generator=torch.Generator().manual_seed(epoch_seed(self._seed, self._epoch)))
        own, processes = _place()
        # Every process makes as many steps: the last round begins again at the first charts.
        order = torch.cat([order, order[: -count % processes]])[own::processes]
        for chosen in torch.split(order, self._size):
            yield Batch(*(part[chosen] for part in self._charts))


def fit(
    recipe: Recipe,
    train: Charts,
    validation: Charts | None = None,
    *,
    settings: TrainingSettings | None = None,
    report: Report | None = None,
    deadline: float | None = None,
    kept: Path | None = None,
) -> Fitted:
    """Train a network on ``train``; ``deadline`` is a moment of ``time.monotonic()``.

    With ``kept`` every epoch is written into that folder, and a training that finds one there goes on behind it
    and gives what it would have given without the interruption. With ``report`` it trains on one device: what that
    raises ends the training in this process.
    """
    settings = settings or TrainingSettings()
    if report is not None:
        settings = settings.model_copy(update={"devices": 1})
    pl.seed_everything(recipe.seed, verbose=False)
    batches = ChartBatches(train, recipe.batch_charts, recipe.seed)
    network = ChartNetwork(recipe.shape, total_steps=steps(len(train), recipe, settings))
    network.place_steps(_sample(train, recipe.seed))
    progress = Progress(recipe.epochs, recipe.seed, report, deadline)
    engine = trainer(
        settings,
        recipe.epochs,
        _batches(len(train), recipe, settings),
        progress,
        validated=validation is not None,
        kept=kept,
    )
    checkpoint = last_checkpoint(kept)
    if checkpoint:
        log.info("training: goes on from %s", checkpoint.name)
    with warnings.catch_warnings(), own_processes():
        # The batches are plain iterables on purpose: the data lies in memory, workers would only copy it.
        warnings.filterwarnings("ignore", module="pytorch_lightning")
        engine.fit(
            network,
            batches,
            ChartBatches(validation, recipe.batch_charts) if validation is not None else None,
            ckpt_path=str(checkpoint) if checkpoint else None,
        )
    network.eval()
    # The trainer holds the charts, and the network the trainer: with it goes what it has read.
    network.trainer = None
    del engine, batches
    gc.collect()
    return Fitted(network, progress.losses, progress.out_of_time)


def steps(charts: int, recipe: Recipe, settings: TrainingSettings) -> int:
    """Return how many times the weights are changed in a whole training on ``charts``."""
    batches = _batches(charts, recipe, settings)
    return max(_LEAST_STEPS, ceil(batches / accumulation(batches, settings)) * recipe.epochs)


def _batches(charts: int, recipe: Recipe, settings: TrainingSettings) -> int:
    """Return how many batches each process has in an epoch."""
    return ceil(ceil(charts / settings.devices) / recipe.batch_charts)


def _place() -> tuple[int, int]:
    """Return which of how many processes this is."""
    together = torch.distributed.is_available() and torch.distributed.is_initialized()
    return (torch.distributed.get_rank(), torch.distributed.get_world_size()) if together else (0, 1)


def _sample(charts: Charts, seed: int) -> Tensor:
    rows = torch.as_tensor(charts.numbers[charts.listed])
    chosen = torch.randperm(len(rows), generator=torch.Generator().manual_seed(seed))[:_PLACING_ROWS]
    return rows[chosen]
