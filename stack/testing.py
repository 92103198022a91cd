"""Runs the tests and the DAG house rules in the environment of the stack."""

from __future__ import annotations

import os
import subprocess
import sys

from rich.console import Console

from stack import services
from stack.config import ROOT, StackSettings

END_TO_END = "tests/e2e"


def _pytest(settings: StackSettings, *arguments: str) -> int:
    environment = os.environ | settings.environment() | {"YTEMPIRE_ADMIN_DATABASE_URL": settings.admin_url}
    return subprocess.run([sys.executable, "-m", "pytest", *arguments], cwd=ROOT, env=environment).returncode


def house_rules(settings: StackSettings) -> int:
    """Hold the DAGs against the house rules; no service is needed. Returns pytest's exit status."""
    (settings.var / "airflow").mkdir(parents=True, exist_ok=True)
    return _pytest(settings, "-q", "tests/dags")


def run_tests(settings: StackSettings, console: Console) -> int:
    """Start the stack, run every test against it, and stop it again. Returns the worse of pytest's exit statuses.

    The tests of the whole stack come first, alone: they hold the machine as its users do. All others
    need only its databases; each worker has one of its own, and its own sandbox.
    """
    with services.running(settings, console):
        whole = _pytest(settings, "--durations=5", END_TO_END)
        others = _pytest(
            settings, "--durations=15", "--numprocesses=logical", "--dist=loadfile", f"--ignore={END_TO_END}"
        )
    return max(whole, others)
