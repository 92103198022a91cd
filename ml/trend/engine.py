"""How a training runs on this machine: Lightning's Trainer by the settings, and checkpoints from which it goes on.

Everything random in an epoch is drawn from the recipe's seed and the epoch's number. So a training that was killed
and goes on from its last checkpoint takes the same way as one that was never interrupted.
"""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytorch_lightning as pl
import torch
from pytorch_lightning.callbacks import EarlyStopping, ModelCheckpoint

from ytempire.settings import TrainingSettings

log = logging.getLogger(__name__)

CHECKPOINT = "epoch"
LOSS = "validation_loss"
_EPOCHS_APART = 1_000_003
_LEAST_STEPS = 100
_NO_LOSS = -1.0

# Called after each epoch with its number and validation loss; may raise to end the training.
Report = Callable[[int, float], None]


def trainer_arguments(settings: TrainingSettings) -> dict[str, Any]:
    """Return what of Lightning's Trainer depends on the machine: one GPU, a CPU, or several by DDP."""
    gpu = settings.accelerator != "cpu" and torch.cuda.is_available()
    precision = settings.precision
    if precision == "auto":
        precision = "bf16-mixed" if gpu else "32-true"
    return {
        "accelerator": "gpu" if gpu else settings.accelerator.replace("auto", "cpu"),
        "devices": settings.devices,
        # Not "ddp": that starts the whole command again for every device, and a retraining is more than its fit.
        "strategy": "ddp_spawn" if settings.devices > 1 else "auto",
        "precision": precision,
    }


@contextmanager
def own_processes() -> Iterator[None]:
    """Let the processes that devices have begin at ours alone.

    Python would run the program again that this process runs. A task's is Airflow, which does not start there: what
    it needs for that is withheld from tasks.
    """
    program = sys.modules["__main__"].__dict__
    named = {name: program.get(name) for name in ("__file__", "__spec__")}
    program.update(dict.fromkeys(named))
    try:
        yield
    finally:
        program.update(named)


def accumulation(batches: int, settings: TrainingSettings) -> int:
    """Return how many of an epoch's ``batches`` make one step: the setting, or what leaves enough steps."""
    return max(1, min(settings.gradient_accumulation, batches // _LEAST_STEPS))


def epoch_seed(seed: int, epoch: int) -> int:
    """Return the seed of one epoch, far from those of the others."""
    return seed + _EPOCHS_APART * (epoch + 1)


class Progress(pl.Callback):  # type: ignore[misc]
    """Seeds each epoch, keeps its validation loss, reports it, and stops at the deadline (``time.monotonic()``).

    What it keeps lies in shared memory: of several devices each has a process of its own.
    """

    def __init__(self, epochs: int, seed: int, report: Report | None, deadline: float | None) -> None:
        self._losses = _shared(torch.full((epochs,), _NO_LOSS, dtype=torch.float64))
        self._out_of_time = _shared(torch.zeros((), dtype=torch.bool))
        self._threads = torch.get_num_threads()
        self._seed = seed
        self._report = report
        self._deadline = deadline

    @property
    def losses(self) -> list[float]:
        """The validation loss after each epoch until now."""
        return [loss for loss in self._losses.tolist() if loss != _NO_LOSS]

    @property
    def out_of_time(self) -> bool:
        """Whether the deadline ended the training."""
        return bool(self._out_of_time)

    def setup(self, trainer: Any, pl_module: Any, stage: str) -> None:
        """Compute with as many threads as the process that began the training."""
        torch.set_num_threads(self._threads)

    def state_dict(self) -> dict[str, Any]:
        """Return what a checkpoint keeps."""
        return {"losses": self.losses}

    def load_state_dict(self, state_dict: dict[str, Any]) -> None:
        """Take up what a checkpoint kept."""
        losses = torch.tensor(state_dict["losses"], dtype=torch.float64)[: len(self._losses)]
        self._losses[: len(losses)] = losses

    def on_train_epoch_start(self, trainer: Any, pl_module: Any) -> None:
        """Draw this epoch's order and dropout from a seed of its own."""
        trainer.train_dataloader.set_epoch(trainer.current_epoch)
        torch.manual_seed(epoch_seed(self._seed, trainer.current_epoch) + trainer.global_rank)

    def on_train_epoch_end(self, trainer: Any, pl_module: Any) -> None:
        """Read the epoch's validation loss; Lightning validates before it calls this."""
        loss = trainer.callback_metrics.get(LOSS)
        if loss is not None:
            self._losses[trainer.current_epoch] = float(loss)
            if self._report is not None:
                self._report(trainer.current_epoch, float(loss))
        late = self._deadline is not None and time.monotonic() > self._deadline
        # All devices end together, or those that go on would wait for the others.
        if trainer.strategy.reduce_boolean_decision(late, all=False):
            log.info("training: time is up after epoch %d", trainer.current_epoch + 1)
            self._out_of_time.fill_(True)
            trainer.should_stop = True


def _shared(values: torch.Tensor) -> torch.Tensor:
    """Move ``values`` to where every process of a training sees them."""
    moved: torch.Tensor = values.share_memory_()  # type: ignore[no-untyped-call]
    return moved


def trainer(
    settings: TrainingSettings, epochs: int, batches: int, progress: Progress, *, validated: bool, kept: Path | None
) -> pl.Trainer:
    """Return a Trainer for ``epochs`` of ``batches``; with ``kept`` each of them leaves a checkpoint in that folder."""
    for name in ("pytorch_lightning.utilities.rank_zero", "pytorch_lightning.accelerators.cuda"):
        logging.getLogger(name).setLevel(logging.WARNING)
    callbacks: list[pl.Callback] = [progress]
    if validated:
        callbacks.append(EarlyStopping(LOSS, patience=settings.patience, check_finite=True))
    if kept is not None:
        callbacks.append(
            ModelCheckpoint(
                dirpath=kept, filename=CHECKPOINT, save_on_train_epoch_end=True, enable_version_counter=False
            )
        )
    return pl.Trainer(
        max_epochs=epochs,
        accumulate_grad_batches=accumulation(batches, settings),
        gradient_clip_val=1.0,
        callbacks=callbacks,
        logger=False,
        enable_checkpointing=kept is not None,
        enable_progress_bar=False,
        enable_model_summary=False,
        num_sanity_val_steps=0,
        inference_mode=True,
        **trainer_arguments(settings),
    )


def last_checkpoint(kept: Path | None) -> Path | None:
    """Return the checkpoint that a killed training left in ``kept``, None to begin at the beginning."""
    path = kept / f"{CHECKPOINT}.ckpt" if kept else None
    return path if path and path.is_file() else None
