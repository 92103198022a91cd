"""What can be counted in a title. Titles are other people's text: data, never instructions."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import pandas as pd


def measure(title: str) -> tuple[float, float, float, float, float, float]:
    """Return length, share of capitals, share of digits, emoji, share of non-Latin letters, marks."""
    letters = capitals = digits = symbols = foreign = marks = 0
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
        elif unicodedata.category(character) == "So":
            symbols += 1
    return (
        float(len(title)),
        capitals / max(letters, 1),
        digits / max(len(title), 1),
        float(symbols),
        foreign / max(letters, 1),
        float(marks),
    )


COLUMNS = ("title_length", "title_caps", "title_digits", "title_emoji", "title_non_latin", "title_marks")


def title_features(titles: Iterable[str | None]) -> pd.DataFrame:
    """Return one row of ``COLUMNS`` a title; each distinct title is measured once."""
    column = pd.Series(list(titles), dtype=object).fillna("")
    codes, distinct = pd.factorize(column)
    measured = pd.DataFrame([measure(str(title)) for title in distinct], columns=list(COLUMNS))
    return measured.iloc[codes].reset_index(drop=True)
