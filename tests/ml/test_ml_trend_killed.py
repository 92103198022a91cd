"""A training that is killed in each of its steps goes on behind what was finished, and gives the same model.

One life of the training after the other is forked from a process that has imported everything, and ends by SIGKILL
at its point; the last one lives. A second training, of the same data and in one life, is what it is compared with.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ml.registry import ModelRegistry
from ml.trend.model import CARD, WEIGHTS, trend_kind
from ml.trend.trees import FILE
from ytempire.database.connection import Connection
from ytempire.settings import Settings, TrainingSettings, TreesSettings

ROOT = Path(__file__).parent.parent.parent

LIVES = """
import json, os, signal, sys
from pathlib import Path
import mlflow, optuna, pytorch_lightning, sklearn.ensemble, torch
from ml import registry, tracking
import lightgbm
from ml.trend import candidates, engine, train
from ytempire.settings import Settings

def life(given, features, journal, answer, point):
    settings, journal = Settings.model_validate_json(given), Path(journal)

    def note(what):
        with journal.open("a") as lines:
            lines.write(what + "\\n")
        if what == point:
            os.kill(os.getpid(), signal.SIGKILL)

    def noted(module, name, before=None, after=None):
        original = getattr(module, name)
        def wrapper(*given, **more):
            before and note(before)
            result = original(*given, **more)
            after and note(after)
            return result
        setattr(module, name, wrapper)

    noted(train, "select_features", "selecting")
    noted(candidates, "grow", "growing", "grown")
    noted(train, "_evaluation", "evaluating")
    noted(tracking, "log_run", "logging", "logged")
    registry.log_run = tracking.log_run
    noted(registry, "gate", "judging")
    noted(mlflow.MlflowClient, "set_registered_model_alias", "promoting", "promoted")
    epoch_end = engine.Progress.on_train_epoch_end
    def ended(self, trainer, module):
        epoch_end(self, trainer, module)
        note(f"{'trial' if self.losses else 'training'} epoch {trainer.current_epoch}")
    engine.Progress.on_train_epoch_end = ended
    begun = engine.Progress.on_train_epoch_start
    def starts(self, trainer, module):
        begun(self, trainer, module)
        # Lightning writes an epoch's checkpoint when the callbacks are through with it.
        note(f"{'final' if self._report is None else 'tried'} epoch {trainer.current_epoch} begins")
    engine.Progress.on_train_epoch_start = starts
    summary = train.retrain(settings, Path(features))
    Path(answer).write_text(json.dumps(summary.as_dict()))

for *training, point in json.loads(sys.argv[1]):
    child = os.fork()
    if not child:
        try:
            life(*training, point)
            os._exit(0)
        except BaseException:
            import traceback
            traceback.print_exc()
            os._exit(1)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    wanted = -signal.SIGKILL if point else 0
    if code != wanted:
        sys.exit(f"the life up to {point!r} ended with {code}")
"""
KILLS = [
    "selecting", "tried epoch 1 begins", "final epoch 1 begins", "grown",
    "evaluating", "logged", "promoting", "promoted",
]  # fmt: skip


class Training:
    """One training with its folder, what happened in it, and what it gave."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        name = f"trend-{secrets.token_hex(3)}"
        training = settings.training.model_copy(update={"model_name": name})
        self.settings = settings.model_copy(update={"data_root": folder / name, "training": training})
        self.journal, self._summary = folder / f"{name}.journal", folder / f"{name}.json"

    def lives(self, features: Path, *kills: str) -> list[list[str]]:
        """Its lives, each with the point at which it ends; the last ends by itself."""
        given = [self.settings.model_dump_json(), str(features), str(self.journal), str(self._summary)]
        return [[*given, point] for point in [*kills, ""]]

    @property
    def summary(self) -> dict[str, Any]:
        return json.loads(self._summary.read_text())

    @property
    def happened(self) -> Counter[str]:
        return Counter(self.journal.read_text().splitlines())

    @property
    def models(self) -> list[bytes]:
        """Network, trees and mix, as they were written."""
        folder = self.settings.data_root / "training" / self.settings.training.model_name / self.summary["training"]
        stack = folder / "candidate-stack"
        return [(stack / name).read_bytes() for name in (WEIGHTS, FILE, CARD)]


@pytest.fixture
def settings(database_url: str, mlflow_url: str) -> Settings:
    """A training small enough to be begun again and again."""
    trees = TreesSettings(rounds=20, leaves=15, leaf_rows=20, threads=1)
    small = TrainingSettings(trials=2, max_epochs=2, test_days=6, input_features=60, selection_rows=1_000, trees=trees)
    return Settings(database_url=database_url, mlflow_tracking_uri=mlflow_url, training=small)


def test_a_training_killed_in_each_step_goes_on_and_gives_the_same_model(
    settings: Settings, connection: Connection, feature_set: Path, tmp_path: Path
) -> None:
    killed, whole = Training(settings, tmp_path), Training(settings, tmp_path)

    lives = killed.lives(feature_set, *KILLS) + whole.lives(feature_set)
    command = [sys.executable, "-c", LIVES, json.dumps(lives)]
    done = subprocess.run(command, env=os.environ, cwd=ROOT, timeout=300, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3_000:]

    assert killed.models == whole.models
    for same in ("training", "kind", "metrics", "candidates", "baselines", "data_hash", "reason"):
        assert killed.summary[same] == whole.summary[same], same
    # What was under way is begun again, once; what was finished is not.
    again = killed.happened - whole.happened
    assert again == Counter(
        ["selecting", "tried epoch 0 begins", "trial epoch 0", "tried epoch 1 begins", "final epoch 1 begins",
         "growing", "grown", "evaluating", "logging", "logged", "promoting", "promoting", "promoted"]
    )  # fmt: skip
    assert whole.happened["judging"] == killed.happened["judging"] == 1
    _the_registry_holds_it_once(killed.settings, connection)


def _the_registry_holds_it_once(settings: Settings, connection: Connection) -> None:
    import mlflow

    name = settings.training.model_name
    client = mlflow.MlflowClient(settings.mlflow_tracking_uri)
    (version,) = client.search_model_versions(f"name = '{name}'")
    experiment = client.get_experiment_by_name(name)
    (run,) = client.search_runs([experiment.experiment_id])
    assert version.run_id == run.info.run_id and "judgement" in version.tags
    rows = connection.execute(
        "SELECT version, alias FROM ytempire.model_promotions WHERE model_name = %s", (name,)
    ).fetchall()
    assert rows == [{"version": "1", "alias": "champion"}]
    champion = ModelRegistry(settings, trend_kind(settings)).champion_model()
    assert champion is not None and champion.version == "1"
