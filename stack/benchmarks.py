"""Runs the benchmarks; each ends with one JSON line {name, ours, unit, against, ratio}."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from stack import services
from stack.config import ROOT, StackSettings
from ytempire.errors import InvalidInput, Permanent

FOLDER = ROOT / "benchmarks"
# The others are measured on a machine that does nothing else.
NEED_THE_STACK = frozenset(
    {
        "analytics_day",
        "features",
        "freshness",
        "load",
        "retraining",
        "storm",
        "trend_history",
        "trend_refresh",
        "upload",
    }
)


def names() -> list[str]:
    """The benchmarks that there are."""
    return sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


def run_one(settings: StackSettings, name: str) -> dict[str, Any]:
    """Run a benchmark, show what it prints, and return its figures."""
    if name not in names():
        raise InvalidInput("NAME", f"there is no benchmark {name}", f"There are: {', '.join(names())}.")
    environment = os.environ | settings.environment() | {"YTEMPIRE_ADMIN_DATABASE_URL": settings.admin_url}
    process = subprocess.Popen(
        [sys.executable, str(Path("benchmarks") / f"{name}.py")],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    last = ""
    assert process.stdout is not None  # noqa: S101 -- it is a pipe
    for line in process.stdout:
        last = line.strip() or last
        print(line, end="", flush=True)
    if process.wait() != 0:
        raise Permanent(f"benchmark {name} failed; the reason stands above")
    figures: dict[str, Any] = json.loads(last)
    return figures


def run(settings: StackSettings, name: str | None, console: Console) -> None:
    """Run one benchmark, or all of them as a table: first those that need nothing running."""
    if name:
        with _what_it_needs(settings, name, console):
            run_one(settings, name)
        return
    table = Table("benchmark", "ours", "unit", "against", "figure", "times better")
    for one in sorted(names(), key=lambda one: one in NEED_THE_STACK):
        console.print(f"[bold]{one}[/bold]")
        with _what_it_needs(settings, one, console):
            figures = run_one(settings, one)
        for other, figure in figures["against"].items():
            ratio = figures["ratio"][other]
            table.add_row(one, f"{figures['ours']:,.2f}", figures["unit"], other, f"{figure:,.2f}", f"{ratio:.2f}")
    # Where the output is no terminal (a log), the table may be as wide as it needs to be.
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def _what_it_needs(settings: StackSettings, name: str, console: Console) -> AbstractContextManager[None]:
    return services.running(settings, console) if name in NEED_THE_STACK else nullcontext()
