"""A PostgreSQL server of a test's own, of the same programs as the one the tests use, so that it can be killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import pytest
from ports import free_port

_CONFIGURATION = """
shared_preload_libraries = 'timescaledb'
timescaledb.telemetry_level = off
timescaledb.max_background_workers = 0
dynamic_shared_memory_type = mmap
unix_socket_directories = ''
listen_addresses = '127.0.0.1'
shared_buffers = 32MB
"""


@dataclass
class OwnPostgres:
    """A cluster below ``root``, the root folder of the programs; killed by SIGKILL, started again with its data."""

    root: Path
    binaries: str
    data: str
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    started: int = 0

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def command(self, program: str, *arguments: str) -> list[str]:
        return ["chroot", "--userspec=postgres", str(self.root), f"{self.binaries}/{program}", *arguments]

    def create(self) -> None:
        initdb = self.command("initdb", "-D", self.data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8")
        subprocess.run([*initdb, "--auth=trust", "--no-sync"], check=True, stdout=subprocess.DEVNULL)
        with (self.root / self.data.lstrip("/") / "postgresql.conf").open("a") as file:
            file.write(_CONFIGURATION)

    def start(self) -> None:
        self.started += 1
        self.process = subprocess.Popen(
            self.command("postgres", "-D", self.data, "-p", str(self.port)),
            start_new_session=True,
            stderr=subprocess.DEVNULL,
        )
        for _ in range(300):
            try:
                psycopg.connect(self.url, connect_timeout=5).close()
                return
            except psycopg.OperationalError:
                time.sleep(0.02)
        raise RuntimeError("the server does not come up")

    def kill(self) -> None:
        """End the server and all its sessions at this instant."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=10)
            self.process = None


@contextmanager
def own_postgres(admin_database_url: str) -> Iterator[OwnPostgres]:
    """A running server; the test is skipped where the tests' server runs on another machine."""
    with psycopg.connect(admin_database_url) as admin:
        row = admin.execute("SELECT setting FROM pg_config WHERE name = 'BINDIR'").fetchone()
        assert row is not None
        home = Path(f"/proc/{admin.info.backend_pid}/root")
        if os.geteuid() != 0 or not (home / row[0].lstrip("/") / "initdb").exists():
            pytest.skip("PostgreSQL runs on another machine, or its programs may not be run from here.")
        root = home.readlink()
    server = OwnPostgres(root, row[0], f"/tmp/ytempire-test-{os.getpid()}-{time.monotonic_ns()}")
    try:
        server.create()
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(root / server.data.lstrip("/"), ignore_errors=True)
