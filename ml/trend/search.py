"""The search for a recipe: a few Optuna trials on the validation days, the hopeless ones cut short."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ml.trend.data import Charts, Preparation
from ytempire.settings import TrainingSettings

if TYPE_CHECKING:
    import optuna

    from ml.trend.fit import Recipe
    from ml.trend.network import Shape

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Found:
    """The best recipe, its validation loss and what became of the trials."""

    recipe: Recipe
    validation_loss: float
    trials: int
    pruned: int


def starting_recipe(preparation: Preparation, settings: TrainingSettings) -> Recipe:
    """Return the recipe that the search starts from."""
    from ml.trend.fit import Recipe
    from ml.trend.network import Shape

    return Recipe(fitting(Shape(0, 0, 0), preparation), settings.max_epochs, settings.batch_charts, settings.seed)


def fitting(shape: Shape, preparation: Preparation) -> Shape:
    """Return ``shape`` with the inputs that ``preparation`` gives."""
    return replace(
        shape,
        numbers=preparation.width,
        regions=len(preparation.regions),
        categories=len(preparation.categories),
    )


def search(
    preparation: Preparation,
    train: Charts,
    validation: Charts,
    settings: TrainingSettings,
    deadline: float,
) -> Found:
    """Try ``settings.trials`` recipes until ``deadline`` (``time.monotonic()``), the starting one first."""
    import optuna

    from ml.trend.fit import fit

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    start = starting_recipe(preparation, settings)

    def attempt(trial: optuna.Trial) -> float:
        recipe = _suggest(trial, start)
        began = time.monotonic()

        def report(epoch: int, loss: float) -> None:
            trial.report(loss, epoch)
            if trial.should_prune():
                log.info("trial %d: cut short after epoch %d at %.4f", trial.number, epoch + 1, loss)
                raise optuna.TrialPruned

        # The first trial must end with a result, whatever the time.
        limit = deadline if trial.number else None
        losses = fit(recipe, train, validation, report=report, deadline=limit).losses
        log.info(
            "trial %d: log loss %.4f in %.1f s %s",
            trial.number,
            losses[-1],
            time.monotonic() - began,
            trial.params,
        )
        # The last, not the least: the learning rate falls to nothing at the end, and luck is not a recipe.
        return losses[-1]

    study = optuna.create_study(
        direction="minimize",
        sampler=optuna.samplers.TPESampler(seed=settings.seed, n_startup_trials=max(2, settings.trials // 2)),
        pruner=optuna.pruners.MedianPruner(n_startup_trials=1, n_warmup_steps=1),
    )
    study.enqueue_trial({name: getattr(start.shape, name) for name in ("width", "layers", "dropout", "learning_rate")})
    study.optimize(
        attempt,
        n_trials=settings.trials,
        callbacks=[lambda study, _: study.stop() if time.monotonic() > deadline else None],
    )
    best = study.best_trial
    pruned = sum(trial.state == optuna.trial.TrialState.PRUNED for trial in study.trials)
    return Found(_suggest(best, start), float(best.value or 0.0), len(study.trials), pruned)


def _suggest(trial: optuna.Trial | optuna.trial.FrozenTrial, start: Recipe) -> Recipe:
    shape = replace(
        start.shape,
        width=trial.suggest_categorical("width", [32, 48, 64]),
        layers=trial.suggest_int("layers", 1, 2),
        dropout=trial.suggest_float("dropout", 0.1, 0.5),
        learning_rate=trial.suggest_float("learning_rate", 7e-4, 5e-3, log=True),
    )
    return replace(start, shape=shape)
