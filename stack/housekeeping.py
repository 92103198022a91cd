"""Airflow's own records of old runs, removed by its own command: no task may touch the metadata database.

`freshness` alone makes 1,920 runs a day, of which nobody reads more than the last; all others are kept as long as logs.
The last run of every DAG always stays.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from rich.console import Console

from stack.config import ROOT, StackSettings
from ytempire.errors import Retriable
from ytempire.settings import RetentionSettings

FREQUENT = ("freshness",)
FREQUENT_DAYS = 2
# What belongs to a run goes with it. Where DAGs are named, Airflow 3.3 also tries the table "deadline", which names
# none, and fails at that: only the command for all DAGs is asked to say where it failed.
_FREQUENT = ["--dag-ids", ",".join(FREQUENT), "--tables", "dag_run,log"]
_ALL = ["--error-on-cleanup-failure"]


def commands(now: datetime, retention: RetentionSettings) -> Iterator[list[str]]:
    """Yield what is to be run at ``now``."""
    for days, options in ((FREQUENT_DAYS, _FREQUENT), (retention.logs_days, _ALL)):
        before = (now - timedelta(days=days)).isoformat(timespec="seconds")
        yield ["airflow", "db", "clean", "--clean-before-timestamp", before, "--skip-archive", "--yes", *options]


def clean_runs(settings: StackSettings, console: Console) -> None:
    """Remove the records of old runs. Raises Retriable, with Airflow's words, when they could not be removed."""
    retention = RetentionSettings()
    for command in commands(datetime.now(UTC), retention):
        done = subprocess.run(
            command, env=os.environ | settings.environment(), cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            last = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
            raise Retriable(f"airflow db clean: {''.join(last) or done.returncode}")
    names = ", ".join(FREQUENT)
    console.print(
        f"Gone: runs of {names} older than {FREQUENT_DAYS} days, others older than {retention.logs_days} days."
    )
