"""A server in a process beside the benchmark: a port for it, and waiting until it answers."""

from __future__ import annotations

import socket
import subprocess
import time
from pathlib import Path

import httpx


def unused_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def when_healthy(url: str, process: subprocess.Popen[bytes], log: Path | None = None) -> None:
    """Wait two minutes for ``url`` to answer 200. Raises SystemExit, with the log, when it does not."""
    for _ in range(1_200):
        if process.poll() is not None:
            break
        try:
            if httpx.get(url).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise SystemExit(f"{url} is not healthy. {log.read_text() if log else ''}")
