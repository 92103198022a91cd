"""The model registry: versions in MLflow, and our own record of promotions.

MLflow's aliases say which version is ``champion`` and which ``challenger``. The
table ``model_promotions`` says why; its rows are never changed.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from ml.gate import CHAMPION, Judgement, Standing, gate
from ytempire.database.connection import connect, load_sql
from ytempire.errors import InvalidInput, Retriable
from ytempire.settings import Settings

if TYPE_CHECKING:
    import pandas as pd

log = logging.getLogger(__name__)

_FILES = "files"
# What MLflow answers where a model, a version or an alias is not there.
_ABSENT = {"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"}


class Savable(Protocol):
    """A model that keeps itself in plain files."""

    def save(self, folder: Path) -> None:
        """Write the model's files into ``folder``."""


Model = TypeVar("Model", bound=Savable)


@dataclass(frozen=True)
class ModelKind(Generic[Model]):
    """A registered model: its name, how its files are read, and the file by which MLflow serves it."""

    name: str
    load: Callable[[Path], Model]
    code: Path
    requirements: tuple[str, ...]


@dataclass(frozen=True)
class NewVersion(Generic[Model]):
    """What is recorded of a trained model; ``answers`` are its own to the rows of ``example``."""

    model: Model
    example: pd.DataFrame
    answers: Any
    params: Mapping[str, Any]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]
    documents: Mapping[str, Any]


@dataclass(frozen=True)
class LoadedModel(Generic[Model]):
    """A registered version, ready to predict; ``folder`` holds its files, where they are on this machine."""

    name: str
    version: str
    model: Model
    folder: Path | None = None


class ModelRegistry(Generic[Model]):
    """The versions of one kind of model, on the tracking server of the settings."""

    def __init__(self, settings: Settings, kind: ModelKind[Model]) -> None:
        # A server that is away must not hold a task for MLflow's default of many minutes.
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "30")
        os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
        import mlflow

        self._settings = settings
        self._kind = kind
        self._name = kind.name
        mlflow.set_tracking_uri(settings.mlflow_tracking_uri)
        for talkative in ("mlflow.tracking.fluent", "mlflow.store.model_registry.abstract_store"):
            logging.getLogger(talkative).setLevel(logging.WARNING)
        self._client = mlflow.MlflowClient(settings.mlflow_tracking_uri)

    def add(self, new: NewVersion[Model]) -> str:
        """Log a run with the model and register it; return the version. Raises Retriable."""
        import mlflow
        from mlflow.models import infer_signature

        with _server(), warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="ytempire-") as folder:
            mlflow.set_experiment(self._name)
            new.model.save(Path(folder) / _FILES)
            with mlflow.start_run(tags=dict(new.tags)):
                mlflow.log_params(dict(new.params))
                mlflow.log_metrics(dict(new.metrics))
                for name, document in new.documents.items():
                    path = Path(folder) / name
                    path.write_text(json.dumps(document, indent=1), encoding="utf-8")
                    mlflow.log_artifact(str(path))
                # Registering fills the signature from the rows below; MLflow need not run the model again.
                warnings.filterwarnings("ignore", message=".*input example was not provided")
                logged = mlflow.pyfunc.log_model(
                    name="model",
                    python_model=str(self._kind.code),
                    artifacts={_FILES: str(Path(folder) / _FILES)},
                    signature=infer_signature(new.example, new.answers),
                    pip_requirements=list(self._kind.requirements),
                    registered_model_name=self._name,
                )
        return str(logged.registered_model_version)

    def champion_model(self) -> LoadedModel[Model] | None:
        """Load the champion, None if there is none. Raises Retriable, or InvalidInput for damaged files."""
        version = self.version_of(CHAMPION)
        return None if version is None else self.load(version)

    def load(self, version: str) -> LoadedModel[Model]:
        """Load a version. Raises Retriable, or InvalidInput for damaged files or a version that there is not."""
        from mlflow.exceptions import MlflowException

        with _server():
            try:
                found = self._client.get_model_version(self._name, version)
            except MlflowException as error:
                if error.error_code not in _ABSENT:
                    raise
                raise InvalidInput("version", f"{self._name} has no version {version}", "Name one of it.") from error
            folder = self._files(version, found.run_id)
        return LoadedModel(self._name, version, self._kind.load(folder), folder)

    def version_of(self, alias: str) -> str | None:
        """Return the version that ``alias`` names, None if there is none. Raises Retriable."""
        with _server():
            found = self._aliased(alias)
        return None if found is None else str(found.version)

    def move_alias(self, alias: str, version: str) -> None:
        """Have ``alias`` name ``version``. Raises Retriable. It is recorded in ``model_promotions`` before."""
        with _server():
            self._client.set_registered_model_alias(self._name, alias, version)

    def drop_alias(self, alias: str, version: str) -> None:
        """Take ``alias`` from ``version``; where it names another one, or none, nothing is done. Raises Retriable."""
        if self.version_of(alias) == version:
            with _server():
                self._client.delete_registered_model_alias(self._name, alias)

    def training_days(self, version: str) -> tuple[date, date]:
        """Return the first and the last day that a version learned from. Raises Retriable, or InvalidInput."""
        with _server():
            run_id = self._client.get_model_version(self._name, version).run_id
            said = self._client.get_run(run_id).data.tags.get("train", "")
        try:
            first, last = (date.fromisoformat(part) for part in said.split(" … "))
        except ValueError:
            problem = f"version {version} of {self._name} does not say its training days"
            raise InvalidInput("model", problem, "Retrain with this version.") from None
        return first, last

    def champion_standing(self, measure: Callable[[Model], Mapping[str, float]]) -> Standing:
        """Return the champion's version and what ``measure`` says of it; one whose files are damaged has no metrics.

        A champion of other features is damaged for today's code. Raises Retriable if the registry is away.
        """
        try:
            champion = self.champion_model()
        except InvalidInput as error:
            log.warning("registry: the champion cannot be judged: %s", error)
            return Standing(problem=str(error))
        if champion is None:
            return Standing()
        return Standing(champion.version, measure(champion.model))

    def describe_champion(self) -> dict[str, Any]:
        """Name, version and alias of the champion, and what was measured on its test days, its baselines beside it.

        Raises InvalidInput when there is no champion, Retriable if the registry is away.
        """
        with _server():
            found = self._aliased(CHAMPION)
            if found is None:
                raise InvalidInput("model", f"{self._name} has no champion", "Run model_retraining.")
            logged = self._client.get_run(found.run_id).data.metrics
        measured: dict[str, dict[str, float]] = {}
        for name, value in logged.items():
            part, _, rest = name.partition(".")
            who, _, what = rest.rpartition(".")
            if part == "all":
                measured.setdefault(who, {})[what] = value
        metrics = measured.pop(self._name)
        return {
            "name": self._name,
            "version": str(found.version),
            "alias": CHAMPION,
            "metrics": metrics,
            "baselines": measured,
        }

    def _aliased(self, alias: str) -> Any | None:
        """Return MLflow's entry of the version that ``alias`` names, None if there is none."""
        from mlflow.exceptions import MlflowException

        try:
            return self._client.get_model_version_by_alias(self._name, alias)
        except MlflowException as error:
            if error.error_code in _ABSENT:
                return None
            raise

    def _files(self, version: str, run_id: str) -> Path:
        """Return the folder with the version's files, fetched once."""
        import mlflow

        kept = self._settings.data_root / "models" / self._name / f"{version}-{run_id}"
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            staging = Path(tempfile.mkdtemp(prefix=".fetching-", dir=kept.parent))
            try:
                uri = f"models:/{self._name}/{version}"
                fetched = mlflow.artifacts.download_artifacts(artifact_uri=uri, dst_path=str(staging))
                (Path(fetched) / "artifacts" / _FILES).rename(kept)
            finally:
                shutil.rmtree(staging, ignore_errors=True)
        return kept

    def judge(
        self,
        version: str,
        metrics: Mapping[str, float],
        champion: Standing,
        *,
        data_hash: str,
    ) -> Judgement:
        """Give ``version`` its alias by its and the champion's metrics on the same days, and record why."""
        judgement = gate(metrics, champion)
        with connect(self._settings.database_url) as connection:
            connection.execute(
                load_sql("ml", "promotion_insert"),
                {
                    "model_name": self._name,
                    "version": version,
                    "alias": judgement.alias,
                    "champion_before": champion.version,
                    "reason": judgement.reason,
                    "metrics": json.dumps(dict(metrics)),
                    "champion_metrics": json.dumps(dict(champion.metrics)) if champion.metrics else None,
                    "data_hash": data_hash,
                },
            )
        with _server():
            self._client.set_registered_model_alias(self._name, judgement.alias, version)
            self._client.set_model_version_tag(self._name, version, "judgement", judgement.reason)
        return judgement


@contextmanager
def _server() -> Iterator[None]:
    """Turn failures of the tracking server into Retriable."""
    import requests
    from mlflow.exceptions import MlflowException

    try:
        yield
    except (MlflowException, requests.RequestException) as error:
        raise Retriable(f"the MLflow server did not answer as expected: {error}") from error
