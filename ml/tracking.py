"""MLflow as the registry uses it: how it is reached, what is logged of a model, and how a version is removed."""

from __future__ import annotations

import json
import logging
import os
import tempfile
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ytempire.errors import Retriable
from ytempire.settings import Settings

if TYPE_CHECKING:
    from mlflow import MlflowClient

log = logging.getLogger(__name__)

FILES = "files"
TRAINING = "training"
"""The tag of runs and versions by which a training finds again what it has registered."""
RETIRED = "retired"
CARD = "model_card.md"
# What MLflow answers where a model, a version or an alias is not there.
ABSENT = {"RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"}


def open_client(settings: Settings) -> MlflowClient:
    """Return a client of the tracking server of the settings."""
    # A server that is away must not hold a task for MLflow's default of many minutes.
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "2")
    os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "30")
    os.environ.setdefault("MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR", "false")
    import mlflow

    mlflow.set_tracking_uri(settings.mlflow_tracking_uri)
    for talkative in ("mlflow.tracking.fluent", "mlflow.store.model_registry.abstract_store"):
        logging.getLogger(talkative).setLevel(logging.WARNING)
    return mlflow.MlflowClient(settings.mlflow_tracking_uri)


@contextmanager
def server() -> Iterator[None]:
    """Turn failures of the tracking server into Retriable."""
    import requests
    from mlflow.exceptions import MlflowException

    try:
        yield
    except (MlflowException, requests.RequestException) as error:
        raise Retriable(f"the MLflow server did not answer as expected: {error}") from error


def log_run(
    name: str,
    *,
    tags: Mapping[str, str],
    params: Mapping[str, Any],
    metrics: Mapping[str, float],
    documents: Mapping[str, Any],
    model: Mapping[str, Any],
) -> str:
    """Log a run of the experiment ``name`` with its model (arguments of ``pyfunc.log_model``); return the model's URI.

    Documents are text as they are, all else as JSON.
    """
    import mlflow

    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="ytempire-") as folder:
        # The signature is given; MLflow need not run the model again.
        warnings.filterwarnings("ignore", message=".*input example was not provided")
        mlflow.set_experiment(name)
        with mlflow.start_run(tags=dict(tags)):
            mlflow.log_params(dict(params))
            mlflow.log_metrics(dict(metrics))
            for file, document in documents.items():
                text = document if isinstance(document, str) else json.dumps(document, indent=1)
                (Path(folder) / file).write_text(text, encoding="utf-8")
            mlflow.log_artifacts(folder)
            return str(mlflow.pyfunc.log_model(name="model", **model).model_uri)


def forget_unfinished(client: MlflowClient, name: str, training: str) -> None:
    """Remove runs that a killed training has left without a version."""
    for run in _runs(client, name, f"tags.{TRAINING} = '{training}'"):
        _remove_run(client, run)


def finish_removals(client: MlflowClient, name: str) -> None:
    """Remove what is left of versions whose removal was begun."""
    for run in _runs(client, name, f"tags.{RETIRED} = 'true'"):
        _remove_run(client, run)


def remove_version(client: MlflowClient, version: Any) -> None:
    """Remove a version with its run and files. What is begun here, ``finish_removals`` ends after a kill."""
    client.set_tag(version.run_id, RETIRED, "true")
    client.delete_model_version(version.name, version.version)
    _remove_run(client, client.get_run(version.run_id))


def _runs(client: MlflowClient, name: str, which: str) -> list[Any]:
    experiment = client.get_experiment_by_name(name)
    return list(client.search_runs([experiment.experiment_id], which)) if experiment else []


def _remove_run(client: MlflowClient, run: Any) -> None:
    """Delete a run, its model and the files of both, which MLflow itself would keep."""
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    for output in run.outputs.model_outputs if run.outputs else []:
        model = client.get_logged_model(output.model_id)
        get_artifact_repository(model.artifact_location).delete_artifacts()
        client.delete_logged_model(output.model_id)
    get_artifact_repository(run.info.artifact_uri).delete_artifacts()
    client.delete_run(run.info.run_id)
