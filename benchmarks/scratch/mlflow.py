"""An MLflow server of its own for a benchmark, in a process beside it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.scratch.server import unused_port, when_healthy


@contextmanager
def scratch_mlflow(folder: Path) -> Iterator[str]:
    """The address of a server that keeps its store, its artifacts and its log in ``folder``, stopped afterwards."""
    folder.mkdir()
    port = unused_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"]
    command += ["--backend-store-uri", f"sqlite:///{folder}/store.db"]
    command += ["--artifacts-destination", str(folder / "artifacts")]
    # Without the server's helpers for evaluation jobs, which nobody asks for here.
    environment = os.environ | {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false"}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=log, stderr=subprocess.STDOUT)
    try:
        when_healthy(f"{url}/health", process, folder / "log")
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)
