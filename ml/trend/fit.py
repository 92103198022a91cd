"""One training of the network, by Lightning: charts in, weights and validation losses out."""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytorch_lightning as pl
import torch
from torch import Tensor

from ml.trend.data import Charts
from ml.trend.model import tensors
from ml.trend.network import Batch, ChartNetwork, Shape

log = logging.getLogger(__name__)

_PLACING_ROWS = 20_000

# Called after each epoch with its number and validation loss; may raise to end the training.
Report = Callable[[int, float], None]


@dataclass(frozen=True)
class Recipe:
    """What is chosen for a training beside the data."""

    shape: Shape
    epochs: int
    batch_charts: int
    seed: int


@dataclass(frozen=True)
class Fitted:
    """A trained network and the validation loss after each epoch (empty without validation)."""

    network: ChartNetwork
    losses: list[float] = field(default_factory=list)


class ChartBatches:
    """Batches of whole charts, shuffled anew each epoch if ``generator`` is given."""

    def __init__(self, charts: Charts, size: int, generator: torch.Generator | None = None) -> None:
        self._parts = [torch.as_tensor(part) for part in tensors(charts)]
        self._size = size
        self._generator = generator

    def __len__(self) -> int:
        return -(-len(self._parts[1]) // self._size)

    def __iter__(self) -> Iterator[Batch]:
        count = len(self._parts[1])
        order = torch.randperm(count, generator=self._generator) if self._generator else torch.arange(count)
        for chosen in torch.split(order, self._size):
            numbers, region, category, listed, label = (part[chosen] for part in self._parts)
            yield numbers, region, category, listed, label


class _Progress(pl.Callback):  # type: ignore[misc]
    """Reports each epoch, and stops at the deadline."""

    def __init__(self, report: Report | None, deadline: float | None) -> None:
        self.losses: list[float] = []
        self._report = report
        self._deadline = deadline

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        """Read the epoch's validation loss; Lightning validates before it calls this."""
        loss = trainer.callback_metrics.get("validation_loss")
        if loss is not None:
            self.losses.append(float(loss))
            if self._report is not None:
                self._report(trainer.current_epoch, float(loss))
        if self._deadline is not None and time.monotonic() > self._deadline:
            log.info("training: time is up after epoch %d", trainer.current_epoch + 1)
            trainer.should_stop = True


def fit(
    recipe: Recipe,
    train: Charts,
    validation: Charts | None = None,
    *,
    report: Report | None = None,
    deadline: float | None = None,
) -> Fitted:
    """Train a network on ``train``; ``deadline`` is a moment of ``time.monotonic()``."""
    pl.seed_everything(recipe.seed, verbose=False)
    batches = ChartBatches(train, recipe.batch_charts, torch.Generator().manual_seed(recipe.seed))
    network = ChartNetwork(recipe.shape, total_steps=len(batches) * recipe.epochs)
    network.place_steps(_sample(train, recipe.seed))
    progress = _Progress(report, deadline)
    for name in ("pytorch_lightning.utilities.rank_zero", "pytorch_lightning.accelerators.cuda"):
        logging.getLogger(name).setLevel(logging.WARNING)
    trainer = pl.Trainer(
        accelerator="cpu",
        devices=1,
        max_epochs=recipe.epochs,
        gradient_clip_val=1.0,
        callbacks=[progress],
        logger=False,
        enable_checkpointing=False,
        enable_progress_bar=False,
        enable_model_summary=False,
        num_sanity_val_steps=0,
        inference_mode=True,
    )
    with warnings.catch_warnings():
        # The batches are plain iterables on purpose: the data lies in memory, workers would only copy it.
        warnings.filterwarnings("ignore", module="pytorch_lightning")
        trainer.fit(
            network,
            batches,
            ChartBatches(validation, recipe.batch_charts) if validation is not None else None,
        )
    network.eval()
    return Fitted(network, progress.losses)


def _sample(charts: Charts, seed: int) -> Tensor:
    rows = torch.as_tensor(charts.numbers[charts.listed])
    chosen = torch.randperm(len(rows), generator=torch.Generator().manual_seed(seed))[:_PLACING_ROWS]
    return rows[chosen]
