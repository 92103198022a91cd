"""Pictures from the channel's own folder, in the order in which their names fit the words.

A picture may have a text file of its name beside it (``harbour.jpg``, ``harbour.txt``) with the
credit that is to be shown.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path

from ytempire.content.pictures import Credit, Found, Wish
from ytempire.content.spending import Spending
from ytempire.content.text import clean
from ytempire.errors import ProviderUnavailable
from ytempire.settings import ContentSettings

_ENDINGS = {".jpg", ".jpeg", ".png", ".webp"}
_LONGEST_CREDIT = 80


class Folder:
    """Picks from ``settings.picture_folder``."""

    def __init__(self, settings: ContentSettings, secrets: Mapping[str, str], spending: Spending) -> None:
        self._folder = settings.picture_folder
        self._given: set[Path] = set()

    @property
    def ready(self) -> bool:
        """Whether the folder holds a picture."""
        return bool(self._files())

    def _files(self) -> list[Path]:
        if self._folder is None or not self._folder.is_dir():
            return []
        return sorted(file for file in self._folder.iterdir() if file.suffix.lower() in _ENDINGS)

    def __call__(self, wish: Wish) -> Found | None:
        """Return the picture that fits best of those not given yet, None when all were."""
        left = [file for file in self._files() if file not in self._given]
        if not left:
            return None
        best = max(left, key=lambda file: (_shared(file, wish.words), _chance(file, wish.words)))
        self._given.add(best)
        try:
            return Found(best.read_bytes(), Credit(licence="own folder", page_url=best.name, shown=_credit(best)))
        except OSError as error:
            raise ProviderUnavailable(f"{best.name}: {error.strerror}") from None


def _shared(file: Path, words: str) -> int:
    """How many words of a wish the file's name holds."""
    named = set(re.findall(r"\w+", file.stem.lower().replace("_", " ")))
    return len(named & set(re.findall(r"\w+", words.lower())))


def _chance(file: Path, words: str) -> bytes:
    """An order of the files that differs from wish to wish and is the same each time."""
    return hashlib.sha256(f"{file.name}/{words}".encode()).digest()


def _credit(file: Path) -> str:
    beside = file.with_suffix(".txt")
    if not beside.is_file():
        return ""
    return clean(beside.read_text(encoding="utf-8", errors="replace"))[:_LONGEST_CREDIT]
