"""Where the benchmarks of the trend watch run: a database of their own, and a stand-in for YouTube."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg

from ytempire.database.migrate import upgrade
from ytempire.settings import get_settings

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def sandbox(now: datetime) -> Iterator[str]:
    """A stand-in in a process of its own, its clock at ``now``; over the history that YTEMPIRE_TREND_HISTORY names."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with tempfile.TemporaryDirectory() as state:
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "serve", "--port", str(port), "--state", state], cwd=ROOT
        )
        url = f"http://127.0.0.1:{port}"
        try:
            for _ in range(900):
                try:
                    httpx.get(f"{url}/control/health", timeout=5)
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            httpx.post(f"{url}/control/clock", json={"now": now.isoformat()}).raise_for_status()
            yield url
        finally:
            process.terminate()
            process.wait(timeout=10)


@contextmanager
def scratch_database() -> Iterator[str]:
    """A migrated database beside the configured one, removed afterwards. `make bench` names who may create it."""
    configured = get_settings().database_url
    name = f"ytempire_bench_{secrets.token_hex(4)}"
    url = urlsplit(configured)._replace(path=f"/{name}").geturl()
    with psycopg.connect(os.environ.get("YTEMPIRE_ADMIN_DATABASE_URL", configured), autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} OWNER {urlsplit(configured).username}")
        try:
            upgrade(url)
            yield url
        finally:
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def synthetic_history(folder: Path) -> Path:
    """Write the seeded synthetic history into ``folder``."""
    subprocess.run([sys.executable, "-m", "sandbox", "synthesize", str(folder)], cwd=ROOT, check=True)
    return folder
