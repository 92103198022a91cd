"""Words and claims that never appear in what we say, show or publish. Both lists are files."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

WORDS_FILE = Path(__file__).with_name("banned_words.txt")
CLAIMS_FILE = Path(__file__).with_name("banned_claims.txt")


def _lines(path: Path) -> list[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return [line.strip() for line in lines if line.strip() and not line.startswith("#")]


@lru_cache
def _words() -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, _lines(WORDS_FILE))) + r")(?!\w)", re.IGNORECASE)


@lru_cache
def _claims() -> list[tuple[str, re.Pattern[str]]]:
    parted = (line.partition(":") for line in _lines(CLAIMS_FILE))
    return [(name, re.compile(rf"(?<!\w)(?:{_spaced(claim.strip())})", re.IGNORECASE)) for name, _, claim in parted]


def _spaced(claim: str) -> str:
    return claim.replace(" ?", r"\s*").replace(" ", r"\s+")


def banned_words(text: str) -> list[str]:
    """Return the banned words in ``text``, lower case, in order, each once."""
    return list(dict.fromkeys(found.lower() for found in _words().findall(text)))


def banned_claims(text: str) -> list[str]:
    """Return the banned claims in ``text``, each as its name and the words it was made in."""
    plain = text.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    return [f"{name} “{found[0]}”" for name, claim in _claims() if (found := claim.search(plain))]
