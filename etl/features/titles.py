"""What can be counted in a title. Titles are other people's text: data, never instructions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

import pandas as pd

_SAYS = {
    "title_official": re.compile(r"\bofficial\b", re.IGNORECASE),
    "title_featuring": re.compile(r"\b(?:ft|feat)\b", re.IGNORECASE),
    "title_trailer": re.compile(r"\b(?:trailer|teaser)\b", re.IGNORECASE),
    "title_live": re.compile(r"\blive\b", re.IGNORECASE),
    "title_lyrics": re.compile(r"\blyrics?\b", re.IGNORECASE),
    "title_episode": re.compile(r"\b(?:ep|episode|part)\b", re.IGNORECASE),
}
_OPENING = frozenset("([{【「『（《")
_BARS = re.compile(r"\||(?<=\s)[-–—](?=\s)")

COLUMNS = (
    "title_length",
    "title_caps",
    "title_digits",
    "title_emoji",
    "title_non_latin",
    "title_marks",
    "title_words",
    "title_word_length",
    "title_caps_words",
    "title_hashtags",
    "title_brackets",
    "title_bars",
    *_SAYS,
)


def measure(title: str) -> tuple[float, ...]:
    """Return the figures of ``COLUMNS`` for one title."""
    letters = capitals = digits = symbols = foreign = marks = brackets = 0
    for character in title:
        if character.isalpha():
            letters += 1
            capitals += character.isupper()
            # Latin with its accents ends at U+024F; further Latin blocks are rare in titles.
            foreign += ord(character) > 0x24F
        elif character.isdigit():
            digits += 1
        elif character in "!?#":
            marks += 1
        elif character in _OPENING:
            brackets += 1
        elif character > "\x7f" and unicodedata.category(character) == "So":
            symbols += 1
    words = title.split()
    return (
        float(len(title)),
        capitals / max(letters, 1),
        digits / max(len(title), 1),
        float(symbols),
        foreign / max(letters, 1),
        float(marks),
        float(len(words)),
        sum(map(len, words)) / max(len(words), 1),
        float(sum(word.isupper() and len(word) > 1 for word in words)),
        float(sum(word.startswith("#") and len(word) > 1 for word in words)),
        float(brackets),
        float(len(_BARS.findall(title))),
        *(float(said.search(title) is not None) for said in _SAYS.values()),
    )


def title_features(titles: Iterable[str | None]) -> pd.DataFrame:
    """Return one row of ``COLUMNS`` a title; each distinct title is measured once."""
    column = pd.Series(list(titles), dtype=object).fillna("")
    codes, distinct = pd.factorize(column)
    measured = pd.DataFrame([measure(str(title)) for title in distinct], columns=list(COLUMNS))
    return measured.iloc[codes].reset_index(drop=True)
