"""Words that never appear in what we say, show or publish."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

WORDS_FILE = Path(__file__).with_name("banned_words.txt")


@lru_cache
def _pattern() -> re.Pattern[str]:
    lines = WORDS_FILE.read_text(encoding="utf-8").splitlines()
    words = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words)) + r")(?!\w)", re.IGNORECASE)


def banned_words(text: str) -> list[str]:
    """Return the banned words in ``text``, lower case, in order, each once."""
    return list(dict.fromkeys(found.lower() for found in _pattern().findall(text)))
