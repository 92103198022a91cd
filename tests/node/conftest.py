"""Google's library for Node, installed as its lock file says; without Node these tests do not run, and say so."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent
INSTALLED = FOLDER / "node_modules" / ".package-lock.json"
OLDEST_NODE = 18
REASON = pytest.StashKey[str]()


def hindrance() -> str | None:
    """Install the package where it is not; return why these tests cannot run, or None."""
    if not (shutil.which("node") and shutil.which("npm")):
        return "node and npm are not installed"
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout.strip()
    if int(version.removeprefix("v").split(".")[0]) < OLDEST_NODE:
        return f"node {version} is older than {OLDEST_NODE}"
    if INSTALLED.is_file() and INSTALLED.stat().st_mtime >= (FOLDER / "package-lock.json").stat().st_mtime:
        return None
    command = ["npm", "ci", "--no-fund", "--no-audit", "--ignore-scripts"]
    try:
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=300, check=False)
    except subprocess.TimeoutExpired:
        return "npm ci: no registry within five minutes"
    if done.returncode != 0:
        return f"npm ci: {(done.stderr.strip().splitlines() or ['it failed'])[-1]}"
    INSTALLED.touch()
    return None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests of this folder where they cannot run."""
    ours = [item for item in items if item.path.is_relative_to(FOLDER)]
    reason = hindrance() if ours else None
    if reason:
        config.stash[REASON] = reason
        config.hook.pytest_deselected(items=ours)
        items[:] = [item for item in items if item not in ours]


@pytest.hookimpl(wrapper=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> Iterator[None]:
    """Say why they did not run."""
    yield
    if reason := config.stash.get(REASON, None):
        terminalreporter.write_sep("!", f"tests/node did not run: {reason}", red=True)
