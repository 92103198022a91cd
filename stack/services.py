"""Starts the Procfile in the background, waits until all of it is healthy, and stops it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

import httpx
import psutil
import redis
from honcho.environ import parse_procfile
from rich.console import Console

from stack import checks, postgres
from stack.config import ROOT, StackSettings
from stack.prepare import prepare
from ytempire.errors import Permanent

HEALTHY_WITHIN_SECONDS = 180
STOP_WITHIN_SECONDS = 8


def process_names(settings: StackSettings) -> list[str]:
    """Names of the Procfile's processes that this machine is to run."""
    names = list(parse_procfile((ROOT / "Procfile").read_text()).processes)
    left_out = set()
    if not settings.embedded_postgres:
        left_out.add("postgres")
    if not settings.sandbox:
        left_out.add("sandbox")
    return [name for name in names if name not in left_out]


def running_pid(settings: StackSettings) -> int | None:
    """The process id of the running stack's manager, or None."""
    path = settings.run / "stack.pid"
    try:
        pid = int(path.read_text())
        command = (ROOT / f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ValueError, ProcessLookupError):
        return None
    # A process id may be another program's by now: only the manager of our own Procfile is ours.
    return pid if b"honcho" in command and str(ROOT / "Procfile").encode() in command else None


def start(settings: StackSettings, console: Console) -> None:
    """Start what is not running and return when all of it is healthy.

    Raises the error of the first check that fails, or Permanent when a service does not get healthy;
    what was started is stopped again then.
    """
    if running_pid(settings) is not None:
        console.print("The stack is running already.")
        wait_healthy(settings, console)
        return
    checks.check_all(settings)
    for folder in (settings.run, settings.log, settings.var / "airflow", settings.var / "media"):
        folder.mkdir(parents=True, exist_ok=True)
    (settings.run / "prepared").unlink(missing_ok=True)
    if settings.embedded_postgres:
        with console.status("PostgreSQL: unpacking the server and creating the cluster (once)"):
            postgres.install(settings)
    _synthesize_history(settings, console)
    started = time.monotonic()
    with (settings.log / "stack.log").open("a") as log:
        manager = _spawn(settings, log)
    (settings.run / "stack.pid").write_text(str(manager.pid))
    try:
        with console.status("Databases: migrations, users and pools"):
            prepare(settings)
        wait_healthy(settings, console, manager)
    except BaseException:
        stop(settings, console)
        raise
    console.print(f"The stack is healthy after {time.monotonic() - started:.0f} s.")


@contextmanager
def running(settings: StackSettings, console: Console) -> Iterator[None]:
    """The stack for the time of a block: what the block started is stopped after it, also on SIGTERM; nothing else."""
    ours = running_pid(settings) is None
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        start(settings, console)
        yield
    finally:
        if ours:
            stop(settings, console)


def _spawn(settings: StackSettings, log: TextIO) -> subprocess.Popen[bytes]:
    honcho = [sys.executable, "-m", "honcho", "--no-colour", "-f", str(ROOT / "Procfile"), "-d", str(ROOT)]
    return subprocess.Popen(
        [*honcho, "start", *process_names(settings)],
        cwd=ROOT,
        env=os.environ | settings.environment(),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )


def _synthesize_history(settings: StackSettings, console: Console) -> None:
    """Where no trending history is named, write the synthetic one, once."""
    if not settings.sandbox or (settings.history / "videos.parquet").exists():
        return
    with console.status("Trending history: writing a synthetic one (once)"):
        shutil.rmtree(settings.history, ignore_errors=True)
        command = [sys.executable, "-m", "sandbox", "synthesize", str(settings.history)]
        if subprocess.run(command, cwd=ROOT).returncode != 0:
            raise Permanent("The synthetic trending history could not be written; the reason stands above.")


def _http_ok(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def _redis_ok(settings: StackSettings) -> bool:
    try:
        return bool(redis.Redis(port=settings.redis_port, socket_timeout=2).ping())
    except redis.RedisError:
        return False


def _airflow_ok(settings: StackSettings) -> bool:
    try:
        answer = httpx.get(f"http://127.0.0.1:{settings.airflow_port}/api/v2/monitor/health", timeout=5)
        health = answer.json()
    except (httpx.HTTPError, ValueError):
        return False
    parts = ("metadatabase", "scheduler", "triggerer", "dag_processor")
    return all((health.get(part) or {}).get("status") == "healthy" for part in parts)


def health_checks(settings: StackSettings) -> dict[str, Callable[[], bool]]:
    """One question for each service, cheap enough to ask twice a second."""
    services: dict[str, Callable[[], bool]] = {
        "Redis": lambda: _redis_ok(settings),
        "MLflow": lambda: _http_ok(f"http://127.0.0.1:{settings.mlflow_port}/health"),
        "Airflow": lambda: _airflow_ok(settings),
    }
    if settings.sandbox:
        services["sandbox"] = lambda: _http_ok(f"{settings.sandbox_url}/control/health")
    return services


def wait_healthy(settings: StackSettings, console: Console, manager: subprocess.Popen[bytes] | None = None) -> None:
    """Return when every service answers; raise Permanent naming those that do not in time."""
    waiting = health_checks(settings)
    deadline = time.monotonic() + HEALTHY_WITHIN_SECONDS
    with console.status("") as status:
        while waiting:
            status.update(f"Waiting for {', '.join(waiting)}")
            if manager is not None and manager.poll() is not None:
                raise Permanent(f"A service ended while starting. See {settings.log / 'stack.log'}.")
            if time.monotonic() > deadline:
                raise Permanent(f"{', '.join(waiting)} did not get healthy. See {settings.log / 'stack.log'}.")
            for name in [name for name, healthy in waiting.items() if healthy()]:
                console.print(f"[green]healthy[/] {name}")
                del waiting[name]
            time.sleep(0.5)


def stop(settings: StackSettings, console: Console) -> None:
    """Stop the manager and with it everything it started, running tasks too; nothing else."""
    pid = running_pid(settings)
    if pid is None:
        console.print("The stack is not running.")
    else:
        with console.status("Stopping"):
            _stop_family(psutil.Process(pid))
        console.print("The stack has stopped.")
    for name in ("stack.pid", "prepared"):
        (settings.run / name).unlink(missing_ok=True)


def _stop_family(manager: psutil.Process) -> None:
    """Ask the manager to stop its services; end what is still there of its descendants after a while."""
    # Taken before: a task whose scheduler has gone is nobody's child any more.
    family = [manager, *manager.children(recursive=True)]
    manager.terminate()
    _, left = psutil.wait_procs(family, timeout=STOP_WITHIN_SECONDS)
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, left = psutil.wait_procs(left, timeout=3)
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, timeout=3)
