"""The others' environments: each its own under var/, made once, so that nothing of theirs is a dependency of ours."""

from __future__ import annotations

import shutil
import subprocess
import venv
from pathlib import Path

PEER = Path(__file__).resolve().parent
ROOT = PEER.parent.parent


def environment(name: str, requirements: str) -> Path:
    """Make ``var/<name>`` from the file ``requirements`` of this folder if it is not there; return its Python."""
    folder = ROOT / "var" / name
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        print(f"installing {requirements} into var/{name}", flush=True)
        shutil.rmtree(folder, ignore_errors=True)
        venv.create(folder, with_pip=True)
        wanted = ["-r", str(PEER / requirements)]
        subprocess.run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *wanted], check=True)
        (folder / "ready").touch()
    return python
