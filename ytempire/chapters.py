"""Chapters in a description, as YouTube wants them.

The first at 0:00, at least three, in ascending order, each at least ten seconds long; otherwise YouTube shows none
and the list is noise. https://support.google.com/youtube/answer/9884579
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

FEWEST_CHAPTERS = 3
SHORTEST_CHAPTER_SECONDS = 10.0
HEADING = "Chapters"

_LINE = re.compile(r"\s*(?:(\d{1,2}):)?([0-5]?\d):([0-5]\d)\b(?!:\d)\s*\S")


def are_chapters(starts_seconds: Sequence[float], duration_seconds: float) -> bool:
    """Whether YouTube takes chapters that begin at ``starts_seconds`` in a video of ``duration_seconds``."""
    if len(starts_seconds) < FEWEST_CHAPTERS or starts_seconds[0] != 0:
        return False
    ends = [*starts_seconds, duration_seconds]
    return all(end - start >= SHORTEST_CHAPTER_SECONDS for start, end in pairwise(ends))


def starts_in(description: str) -> list[float]:
    """Return the times, in seconds, of the lines of ``description`` that begin with one."""
    found = (_LINE.match(line) for line in description.splitlines())
    return [_seconds(match) for match in found if match]


def without_bad_chapters(description: str, duration_seconds: float) -> str:
    """Return ``description`` as it is where its chapters are such, else without them and their heading."""
    starts = starts_in(description)
    if not starts or are_chapters(starts, duration_seconds):
        return description
    kept: list[str] = []
    for line in description.split("\n"):
        if not _LINE.match(line):
            kept.append(line)
        elif kept and kept[-1].strip() == HEADING:
            kept.pop()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip()


def _seconds(match: re.Match[str]) -> float:
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return float((hours * 60 + minutes) * 60 + seconds)
