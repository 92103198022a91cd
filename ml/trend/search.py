"""The search for a recipe: a few Optuna trials on the validation days, the hopeless ones cut short.

With a storage the search can be killed and goes on: finished trials count, the one that was under way is tried
again. What a trial proposes follows from the seed and the finished trials alone, so the way is the same.
"""

from __future__ import annotations

import logging
import shutil
import time
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ml.trend.data import Charts, Preparation
from ml.trend.model import TrendModel
from ytempire.errors import InvalidInput
from ytempire.settings import TrainingSettings

if TYPE_CHECKING:
    import optuna

    from ml.trend.fit import Fitted, Recipe
    from ml.trend.network import Shape

log = logging.getLogger(__name__)

_CHOSEN = ("width", "layers", "dropout", "learning_rate")
_EPOCHS, _CHARTS, _FOLDER = "epochs", "charts", "folder"


@dataclass(frozen=True)
class Found:
    """The best recipe, its validation loss, what became of the trials, and how fast they learned.

    ``trial`` names the folder of the best one; ``seconds`` is for all trials; ``charts_a_second`` is how many of them
    were learned from and validated on.
    """

    trial: str
    recipe: Recipe
    validation_loss: float
    trials: int
    pruned: int
    seconds: float
    charts_a_second: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Found:
        """Read back what ``to_dict`` gave."""
        from ml.trend.fit import Recipe
        from ml.trend.network import Shape

        recipe = dict(stored["recipe"])
        return cls(**stored | {"recipe": Recipe(**recipe | {"shape": Shape(**recipe["shape"])})})


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
        history=preparation.history,
        titles=preparation.titles,
    )


def search(
    preparation: Preparation,
    train: Charts,
    validation: Charts,
    settings: TrainingSettings,
    *,
    name: str,
    storage: optuna.storages.BaseStorage,
    kept: Path,
) -> Found:
    """Try ``settings.trials`` recipes, the starting one first, until their share of the time budget is spent.

    The study ``name`` in ``storage`` is gone on with. The network of each finished trial is kept below ``kept``;
    ``Found.trial`` names the best one's folder.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    start = starting_recipe(preparation, settings)
    train, validation = sample(train, settings), sample(validation, settings)
    study = optuna.create_study(
        study_name=name,
        storage=storage,
        load_if_exists=True,
        direction="minimize",
        pruner=optuna.pruners.MedianPruner(n_startup_trials=1, n_warmup_steps=1),
    )
    _give_up_killed(study)
    budget = settings.time_budget_seconds * settings.search_share
    while len(done := _finished(study)) < settings.trials:
        left = budget - _seconds(done)
        if done and left <= 0:
            log.info("search: the time is up after %d trials", len(done))
            break
        attempt = _Attempt(len(done), kept / f"trial-{len(done)}", preparation, time.monotonic() + left)
        _try(study, start, train, validation, settings, attempt)
    return _found(study, start)


def sample(charts: Charts, settings: TrainingSettings) -> Charts:
    """Return at most ``settings.search_charts`` of the charts, drawn by the seed, in their order."""
    if len(charts) <= settings.search_charts:
        return charts
    chosen = np.random.default_rng(settings.seed).choice(len(charts), settings.search_charts, replace=False)
    chosen.sort()
    return Charts(**{part.name: getattr(charts, part.name)[chosen] for part in fields(charts)})


@dataclass(frozen=True)
class _Attempt:
    """One trial: ``number`` have been finished before it; it ends at ``deadline`` and is kept in ``folder``."""

    number: int
    folder: Path
    preparation: Preparation
    deadline: float


def _try(
    study: optuna.Study,
    start: Recipe,
    train: Charts,
    validation: Charts,
    settings: TrainingSettings,
    attempt: _Attempt,
) -> None:
    import optuna

    from ml.trend.fit import fit

    number = attempt.number
    study.sampler = optuna.samplers.TPESampler(
        seed=settings.seed + number, n_startup_trials=max(2, settings.trials // 2)
    )
    if number == 0 and not study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.WAITING,)):
        study.enqueue_trial({one: getattr(start.shape, one) for one in _CHOSEN})
    trial = study.ask()
    recipe = _suggest(trial, start)

    def report(epoch: int, loss: float) -> None:
        trial.report(loss, epoch)
        if trial.should_prune():
            raise optuna.TrialPruned

    began = time.monotonic()
    try:
        fitted = fit(recipe, train, validation, settings=settings, report=report, deadline=attempt.deadline)
    except optuna.TrialPruned:
        study.tell(trial, state=optuna.trial.TrialState.PRUNED)
        log.info("trial %d: cut short after %.1f s %s", number, time.monotonic() - began, trial.params)
        return
    # Kept before it counts: a trial that is finished has its network.
    shutil.rmtree(attempt.folder, ignore_errors=True)
    TrendModel(fitted.network, attempt.preparation).save(attempt.folder)
    trial.set_user_attr(_FOLDER, attempt.folder.name)
    _tell(study, trial, fitted, len(train), number)
    log.info("trial %d: %s in %.1f s %s", number, fitted.losses, time.monotonic() - began, trial.params)


def _tell(study: optuna.Study, trial: optuna.Trial, fitted: Fitted, charts: int, number: int) -> None:
    """Record a trial's loss; one that ran out of time is no measure of its recipe, except where there is no other."""
    import optuna

    trial.set_user_attr(_EPOCHS, fitted.best_epochs)
    trial.set_user_attr(_CHARTS, charts * len(fitted.losses))
    if not np.isfinite(fitted.losses).all() or (fitted.out_of_time and number):
        study.tell(trial, state=optuna.trial.TrialState.PRUNED)
    else:
        # With the epochs of the best one: the training after it makes as many, and ends its learning rate there.
        study.tell(trial, min(fitted.losses))


def _give_up_killed(study: optuna.Study) -> None:
    """Mark trials that a killed process left under way as failed."""
    import optuna

    for trial in study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.RUNNING,)):
        study.tell(trial.number, state=optuna.trial.TrialState.FAIL, skip_if_finished=True)


def _finished(study: optuna.Study) -> list[optuna.trial.FrozenTrial]:
    import optuna

    states = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.PRUNED)
    return list(study.get_trials(deepcopy=False, states=states))


def _seconds(trials: list[optuna.trial.FrozenTrial]) -> float:
    return sum((trial.duration.total_seconds() for trial in trials if trial.duration), start=0.0)


def _found(study: optuna.Study, start: Recipe) -> Found:
    import optuna

    done = _finished(study)
    if not study.get_trials(deepcopy=False, states=(optuna.trial.TrialState.COMPLETE,)):
        raise InvalidInput("training", "no trial of the search gave a finite loss", "Look at the features.")
    best = study.best_trial
    measured = [trial for trial in done if _CHARTS in trial.user_attrs]
    return Found(
        trial=str(best.user_attrs[_FOLDER]),
        recipe=replace(_suggest(best, start), epochs=int(best.user_attrs[_EPOCHS])),
        validation_loss=float(best.value or 0.0),
        trials=len(done),
        pruned=sum(trial.state == optuna.trial.TrialState.PRUNED for trial in done),
        seconds=round(_seconds(done), 2),
        charts_a_second=round(sum(t.user_attrs[_CHARTS] for t in measured) / max(_seconds(measured), 1e-3), 2),
    )


def _suggest(trial: optuna.Trial | optuna.trial.FrozenTrial, start: Recipe) -> Recipe:
    shape = replace(
        start.shape,
        width=trial.suggest_categorical("width", [32, 48, 64]),
        layers=trial.suggest_int("layers", 1, 2),
        dropout=trial.suggest_float("dropout", 0.1, 0.5),
        learning_rate=trial.suggest_float("learning_rate", 7e-4, 5e-3, log=True),
    )
    return replace(start, shape=shape)
