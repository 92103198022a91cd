"""A registry in files, its versions without content, and forecasts as two versions might have made them."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ytempire.database.connection import Connection
from ytempire.settings import Settings, TrainingSettings

START = date(2026, 11, 1)


@pytest.fixture(scope="session")
def registry_uri(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A registry of this test run in a file."""
    return f"sqlite:///{tmp_path_factory.mktemp('registry')}/mlflow.db"


@pytest.fixture
def settings(database_url: str, registry_uri: str, tmp_path: Path) -> Settings:
    """Settings with a model of the test's own."""
    return Settings(
        database_url=database_url,
        mlflow_tracking_uri=registry_uri,
        data_root=tmp_path,
        training=TrainingSettings(model_name=f"trend-{secrets.token_hex(3)}"),
    )


@pytest.fixture
def client(settings: Settings) -> Any:
    """MLflow with two versions: 1 the champion, 2 the challenger."""
    import mlflow

    client = mlflow.MlflowClient(settings.mlflow_tracking_uri)
    name = settings.training.model_name
    client.create_registered_model(name)
    for version, alias in (("1", "champion"), ("2", "challenger")):
        client.create_model_version(name, source=f"file:///nowhere/{version}")
        client.set_registered_model_alias(name, alias, version)
    return client


@pytest.fixture
def forecasts(connection: Connection, settings: Settings) -> Callable[..., None]:
    """Write settled forecasts of versions 1 and 2: the truth a coin with known chances, theirs with an error each."""

    def write(days: int, *, champion_error: float, challenger_error: float, rows: int = 60) -> None:
        rng = np.random.default_rng(3)
        for number in range(days):
            truth = rng.uniform(0.1, 0.9, rows)
            stayed = rng.random(rows) < truth
            for version, error in (("1", champion_error), ("2", challenger_error)):
                said = np.clip(truth + rng.normal(0, error, rows), 0, 1)
                with connection.cursor() as cursor:
                    cursor.executemany(
                        "INSERT INTO ytempire.model_forecasts VALUES (%s, %s, %s, 'US', %s, %s, %s)",
                        [
                            (settings.training.model_name, version, START + timedelta(days=number), f"v{row}", *rest)
                            for row, rest in enumerate(zip(said.tolist(), stayed.tolist(), strict=True))
                        ],
                    )

    return write
