"""A real MLflow server for the run, and a feature set to learn from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from chart_history import chart_history
from ports import free_port

from benchmarks.scratch.mlflow import scratch_mlflow
from etl.features.rows import compute
from etl.features.videos import describe_videos


@pytest.fixture
def silent_port() -> int:
    """A port that nobody listens on."""
    return free_port()


@pytest.fixture(scope="session")
def mlflow_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An MLflow server of this test run, its store a file."""
    with scratch_mlflow(tmp_path_factory.mktemp("registry") / "mlflow") as url:
        yield url


@pytest.fixture(scope="session")
def feature_rows() -> pd.DataFrame:
    """Features of a month of small charts."""
    return compute(describe_videos(chart_history(days=30).charts()))


@pytest.fixture(scope="session")
def feature_set(feature_rows: pd.DataFrame, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same as a folder of Parquet files."""
    folder = tmp_path_factory.mktemp("features") / "trend"
    folder.mkdir()
    feature_rows.to_parquet(folder / "part-0.parquet")
    return folder
