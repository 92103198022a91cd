"""A sandbox of its own for a benchmark, in a process beside it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.scratch.server import unused_port, when_healthy

_ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def scratch_sandbox(folder: Path) -> Iterator[str]:
    """The address of a sandbox that keeps its state below ``folder``, stopped afterwards."""
    port = unused_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "sandbox", "serve", "--port", str(port), "--state", str(folder / "sandbox")]
    process = subprocess.Popen(command, cwd=_ROOT)
    try:
        when_healthy(f"{url}/control/health", process)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=10)
