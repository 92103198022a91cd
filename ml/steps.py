"""The steps of one training, each done once: what a step gave is kept in a file, and a retry goes on behind it.

A training's folder is named by a hash of what it learns from and how, so a retry finds the folder of the try before,
and other data or settings begin anew.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)


def training_key(**what: Any) -> str:
    """Return a short hash of what makes a training this one and no other."""
    return hashlib.sha256(json.dumps(what, sort_keys=True, default=str).encode()).hexdigest()[:16]


class Steps:
    """The finished steps of the training ``key`` below ``root``."""

    def __init__(self, root: Path, key: str) -> None:
        self.key = key
        self.folder = root / key
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.touch()
        self.seconds: dict[str, float] = {}

    def once(self, name: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
        """Return what the step ``name`` gave: from its file, or by ``make``, whose answer must be plain JSON."""
        path = self.folder / f"{name}.json"
        if path.is_file():
            log.info("training %s: %s was done before", self.key, name)
            return dict(json.loads(path.read_text(encoding="utf-8")))
        text = json.dumps(self._timed(name, make), indent=1)
        draft = path.with_suffix(".draft")
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)
        return dict(json.loads(text))

    def files_once(self, name: str, make: Callable[[Path], object]) -> Path:
        """Return the folder that the step ``name`` has written, whole: as it is, or by ``make``."""
        path = self.folder / name
        if path.is_dir():
            log.info("training %s: %s was done before", self.key, name)
            return path
        draft = self.folder / f".{name}.draft"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        self._timed(name, lambda: make(draft))
        draft.rename(path)
        return path

    def _timed(self, name: str, make: Callable[[], Any]) -> Any:
        began = time.monotonic()
        made = make()
        self.seconds[name] = round(time.monotonic() - began, 2)
        log.info("training %s: %s took %.1f s", self.key, name, self.seconds[name])
        return made


def keep_newest(root: Path, count: int) -> list[str]:
    """Remove all but the newest ``count`` trainings below ``root``; return the keys of those that stay."""
    folders = sorted((path for path in root.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
    for old in folders[:-count]:
        shutil.rmtree(old, ignore_errors=True)
    return [path.name for path in folders[-count:]]
