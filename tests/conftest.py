"""Fixtures over the real services: a database of its own for each test run, Redis, the sandbox."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import psycopg
import pytest
from ports import free_port

from ytempire.database.connection import Connection, connect
from ytempire.database.migrate import upgrade

ROOT = Path(__file__).parent.parent

pytest_plugins = ["upload_scene", "connect_scene", "job_scene", "finished_video", "paid_scene"]


@pytest.fixture(scope="session", autouse=True)
def validation_page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where this run writes the page of the validation's results."""
    page = tmp_path_factory.mktemp("validation") / "index.html"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("YTEMPIRE_VALIDATION__PAGE", str(page))
        yield page


@pytest.fixture(scope="session")
def admin_database_url() -> str:
    """A role that may create databases; `make test` sets it."""
    return os.environ["YTEMPIRE_ADMIN_DATABASE_URL"]


@pytest.fixture(scope="session")
def empty_database_url(admin_database_url: str) -> Iterator[str]:
    """A fresh database owned by the application role, without any schema."""
    name = f"ytempire_test_{secrets.token_hex(4)}"
    application = urlsplit(os.environ["YTEMPIRE_DATABASE_URL"])
    with psycopg.connect(admin_database_url, autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name} OWNER {application.username}")
        yield application._replace(path=f"/{name}").geturl()
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def migrated_database_url(empty_database_url: str) -> str:
    """The run's database with the schema in it."""
    upgrade(empty_database_url)
    return empty_database_url


@pytest.fixture
def database_url(migrated_database_url: str) -> str:
    """The run's database with all tables empty."""
    with psycopg.connect(migrated_database_url, autocommit=True) as connection:
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'ytempire'").fetchall()
        connection.execute(f"TRUNCATE {', '.join(f'ytempire.{name}' for (name,) in tables)} CASCADE")
    return migrated_database_url


@pytest.fixture
def connection(database_url: str) -> Iterator[Connection]:
    """A connection as the product opens it, to the run's emptied database."""
    with connect(database_url) as opened:
        yield opened


@pytest.fixture(scope="session")
def sandbox_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A sandbox of this test run on a port of its own, over the seeded synthetic world."""
    folder = tmp_path_factory.mktemp("sandbox")
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if k != "YTEMPIRE_TREND_HISTORY"}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "sandbox", "serve", "--port", str(port), "--state", str(folder / "state")],
            cwd=ROOT,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            if process.poll() is not None:
                raise RuntimeError((folder / "log").read_text())
            try:
                if httpx.get(f"{url}/control/health").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture
def sandbox_url(sandbox_process: str) -> str:
    """The sandbox, emptied: no channels, videos or faults, an empty journal, the clock at the present."""
    httpx.post(f"{sandbox_process}/control/reset").raise_for_status()
    return sandbox_process
