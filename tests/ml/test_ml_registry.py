"""The registry hands out what was registered or says why not, and keeps no more versions than are needed."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from ml import tracking
from ml.gate import Standing
from ml.registry import ModelKind, ModelRegistry, NewVersion
from ytempire.database.connection import Connection
from ytempire.errors import InvalidInput, Retriable
from ytempire.settings import Settings

ROWS = pd.DataFrame({"x": [1.0, 2.0, 3.0]})
SERVING = """
from mlflow.models import set_model
from mlflow.pyfunc import PythonModel

class Line(PythonModel):
    def predict(self, context, model_input, params=None):
        return model_input["x"]

set_model(Line())
"""


@dataclass(frozen=True)
class Line:
    """A model of one number."""

    slope: float

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "line.json").write_text(json.dumps({"slope": self.slope}))

    @classmethod
    def load(cls, folder: Path) -> Line:
        try:
            return cls(float(json.loads((folder / "line.json").read_text())["slope"]))
        except (OSError, ValueError) as error:
            raise InvalidInput("model", "damaged", "Train.") from error

    def answers(self, rows: pd.DataFrame) -> np.ndarray:
        return self.slope * rows["x"].to_numpy() / 10


def new(slope: float, training: str | None = None) -> NewVersion[Line]:
    line = Line(slope)
    return NewVersion(
        model=line,
        training=training or secrets.token_hex(4),
        example=ROWS,
        answers=line.answers(ROWS),
        params={"slope": slope},
        metrics={"all.line.brier": 0.1},
        tags={"train": "2026-05-01 … 2026-05-30"},
        documents={"report.json": {"slope": slope}},
        card="# A line",
    )


@pytest.fixture
def registry(database_url: str, mlflow_url: str, tmp_path: Path) -> ModelRegistry[Line]:
    """A registry of lines, its name this test's own."""
    code = tmp_path / "serving.py"
    code.write_text(SERVING)
    kind = ModelKind(f"line-{secrets.token_hex(3)}", Line.load, Line.answers, code, ("numpy",))
    settings = Settings(database_url=database_url, mlflow_tracking_uri=mlflow_url, data_root=tmp_path)
    return ModelRegistry(settings, kind)


def promote(registry: ModelRegistry[Line], slope: float, brier: float, champion: Standing) -> str:
    version = registry.add(new(slope))
    metrics = {"brier": brier, "accuracy": 0.8}
    registry.judge(version, metrics, champion, data_hash="h", accuracy_slack=0.0)
    return version


def fetched(registry: ModelRegistry[Line], version: str) -> Path:
    (folder,) = registry._files._root.glob(f"{version}-*")
    return folder


def test_a_training_is_registered_once(registry: ModelRegistry[Line]) -> None:
    first = registry.add(new(0.5, training="same"))
    assert registry.add(new(0.5, training="same")) == first
    assert registry.add(new(0.5, training="other")) != first
    assert registry.load(first).model == Line(0.5)
    assert [str(day) for day in registry.training_days(first)] == ["2026-05-01", "2026-05-30"]


def test_what_a_killed_registration_left_is_removed(
    registry: ModelRegistry[Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    import mlflow

    def killed(*_arguments: object, **_more: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(mlflow, "register_model", killed)
        registry.add(new(0.5, training="same"))
    version = registry.add(new(0.5, training="same"))
    assert version == "1" and len(tracking._runs(registry._client, registry._name, "")) == 1


def test_damaged_files_are_fetched_again_and_foreign_answers_refused(
    registry: ModelRegistry[Line],
) -> None:
    version = registry.add(new(0.5))
    registry.load(version)
    (fetched(registry, version) / "line.json").write_text("{")
    assert registry.load(version).model == Line(0.5)
    # A file that can be read and is another model: the answers tell.
    (fetched(registry, version) / "line.json").write_text('{"slope": 0.7}')
    assert registry.load(version).model == Line(0.5)
    (fetched(registry, version) / "answers.parquet").write_bytes(b"no parquet")
    assert registry.load(version).model == Line(0.5)


def test_a_model_whose_chances_are_no_numbers_is_not_registered(registry: ModelRegistry[Line]) -> None:
    with pytest.raises(InvalidInput, match="not numbers"):
        registry.add(new(float("nan")))
    assert registry.version_of("champion") is None


@pytest.mark.parametrize("damage", ["corrupt", "unanswering", "away"])
def test_where_the_champion_cannot_be_had_the_last_one_stays_in_use(
    registry: ModelRegistry[Line], damage: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    assert registry.usable_champion() is None
    old = promote(registry, 0.5, 0.2, Standing())
    assert registry.usable_champion() is not None
    _break(registry, damage, monkeypatch)

    with pytest.raises((InvalidInput, Retriable)):
        registry.champion_model()
    still = registry.usable_champion()

    assert still is not None and (still.version, still.model) == (old, Line(0.5))
    assert f"v{old} stays in use" in caplog.text


def _break(registry: ModelRegistry[Line], damage: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make version 2 the champion, and its files useless; or let the server be away."""
    if damage == "away":
        monkeypatch.setattr(registry, "version_of", _away)
        return
    save: Callable[[Line, Path], None] = Line.save

    def spoiled(line: Line, folder: Path) -> None:
        save(line if damage == "unanswering" else Line(9.0), folder)
        text = '{"slope": 0.9}' if damage == "unanswering" else "{"
        (folder / "line.json").write_text(text)

    with monkeypatch.context() as patch:
        patch.setattr(Line, "save", spoiled)
        registry.move_alias("champion", registry.add(new(0.6)))


def _away(_alias: str) -> None:
    raise Retriable("the MLflow server is away")


def test_a_missing_champion_and_an_unknown_version_are_named(registry: ModelRegistry[Line]) -> None:
    with pytest.raises(InvalidInput, match="has no champion"):
        registry.describe_champion()
    registry.add(new(0.5))
    with pytest.raises(InvalidInput, match="has no version 77"):
        registry.load("77")


ROLLOUT = """
INSERT INTO ytempire.model_rollouts
    (model_name, version, champion_version, percentage, state, started_on, stepped_on)
VALUES (%s, '4', '3', 5, 'running', '2026-11-20', '2026-11-20')
"""


def test_three_versions_stay_and_those_that_are_needed(
    registry: ModelRegistry[Line], connection: Connection, tmp_path: Path, mlflow_url: str
) -> None:
    import mlflow

    former = promote(registry, 0.1, 0.3, Standing())
    for slope in range(2, 9):
        registry.add(new(slope / 10))
    # Version 5 came by a rollout over version 1; version 4 is being tried.
    promote_log = {"brier": 0.1, "accuracy": 0.8}
    registry.judge("5", promote_log, Standing(former), data_hash="h", accuracy_slack=0.0)
    connection.execute(ROLLOUT, (registry._name,))
    registry.load("2")
    client = mlflow.MlflowClient(mlflow_url)
    gone = client.get_model_version(registry._name, "2")
    files = client.get_logged_model(client.get_run(gone.run_id).outputs.model_outputs[0].model_id).artifact_location

    assert registry.prune(keep=3) == ["2"]

    left = {one.version for one in client.search_model_versions(f"name = '{registry._name}'")}
    assert left == {"1", "3", "4", "5", "6", "7", "8"}
    assert client.get_run(gone.run_id).info.lifecycle_stage == "deleted"
    with pytest.raises(Exception, match=r"404|No such|does not exist|not find"):
        mlflow.artifacts.download_artifacts(artifact_uri=f"{files}/MLmodel", dst_path=str(tmp_path / "gone"))
    assert not list(registry._files._root.glob("2-*"))
    connection.execute("UPDATE ytempire.model_rollouts SET state = 'returned', ended_at = now()")
    assert registry.prune(keep=3) == ["4", "3"] and registry.prune(keep=3) == []
    assert connection.execute("SELECT count(*) AS n FROM ytempire.model_promotions").fetchone() == {"n": 2}


def test_a_removal_that_was_killed_is_finished_by_the_next(
    registry: ModelRegistry[Line], monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = [registry.add(new(slope / 10)) for slope in range(1, 3)]
    run_id = registry._client.get_model_version(registry._name, versions[0]).run_id

    def killed(*_arguments: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch, pytest.raises(SystemExit):
        patch.setattr(tracking, "_remove_run", killed)
        registry.prune(keep=1)
    assert registry._client.get_run(run_id).info.lifecycle_stage == "active"
    registry.prune(keep=1)
    assert registry._client.get_run(run_id).info.lifecycle_stage == "deleted"
    assert registry.load(versions[1]).model == Line(0.2)
