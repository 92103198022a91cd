"""A sandbox of its own for a benchmark, in a process beside it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

_ROOT = Path(__file__).resolve().parent.parent.parent


@contextmanager
def scratch_sandbox(folder: Path) -> Iterator[str]:
    """The address of a sandbox that keeps its state below ``folder``, stopped afterwards."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "sandbox", "serve", "--port", str(port), "--state", str(folder / "sandbox")]
    process = subprocess.Popen(command, cwd=_ROOT)
    try:
        yield _when_healthy(f"http://127.0.0.1:{port}", process)
    finally:
        process.terminate()
        process.wait(timeout=10)


def _when_healthy(url: str, process: subprocess.Popen[bytes]) -> str:
    for _ in range(600):
        if process.poll() is not None:
            raise SystemExit(f"the sandbox ended with {process.returncode}")
        try:
            if httpx.get(f"{url}/control/health").status_code == 200:
                return url
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit("the sandbox does not become healthy")
