"""``ytempire`` is a program: linked into an environment it runs this checkout, from whatever folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


def linked(tmp_path: Path) -> Path:
    """A virtual environment's folder of programs, with the program linked into it by the line of stack/bootstrap."""
    folder = tmp_path / "venv" / "bin"
    folder.mkdir(parents=True)
    (folder / "python").write_text(f'#!/bin/sh\nexec {sys.executable} "$@"\n')
    (folder / "python").chmod(0o755)
    (line,) = [line for line in (ROOT / "stack" / "bootstrap").read_text().splitlines() if "stack/ytempire" in line]
    for _ in range(2):
        subprocess.run(["bash", "-euc", line], cwd=ROOT, env=os.environ | {"venv": str(folder.parent)}, check=True)
    return folder


def test_the_program_runs_from_any_folder_and_names_itself(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    environment["PATH"] = f"{linked(tmp_path)}:{environment['PATH']}"
    done = subprocess.run(
        ["ytempire", "channels", "--help"], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    assert "Usage: ytempire channels" in done.stdout
