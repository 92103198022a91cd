"""A real MLflow server for the run, and a feature set to learn from."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pandas as pd
import pytest
from chart_history import chart_history

from etl.features.rows import compute
from etl.features.videos import describe_videos


@pytest.fixture
def silent_port() -> int:
    """A port that nobody listens on."""
    return _unused_port()


def _unused_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def mlflow_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An MLflow server of this test run, its store a file."""
    folder = tmp_path_factory.mktemp("mlflow")
    port = _unused_port()
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--backend-store-uri", f"sqlite:///{folder}/store.db", "--workers", "1"]
    command += ["--artifacts-destination", str(folder / "artifacts")]
    with (folder / "log").open("w") as log:
        # Without the server's eight helpers for evaluation jobs, which nobody asks for here.
        environment = os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            if process.poll() is not None:
                raise RuntimeError((folder / "log").read_text())
            try:
                if httpx.get(f"{url}/health").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


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
