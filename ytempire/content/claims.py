"""Figures that a language model says, held to the evidence.

Counts must be found in the evidence, rounded; percentages and ratios must follow from it.
Small whole numbers ("three videos", "number 4") are counting and pass.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from ytempire.content.facts import StoryFacts, VideoFacts
from ytempire.content.forms.parts import next_mark

_TOLERANCE = 0.06
_COUNTING = 12
_SCALES = {"hundred": 1e2, "thousand": 1e3, "k": 1e3, "million": 1e6, "m": 1e6, "billion": 1e9, "b": 1e9, "bn": 1e9}
_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = {word: value for value, word in enumerate(_ONES)} | {word: 10 * n for n, word in enumerate(_TENS, start=2)}
_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_UNIT = r"(?:[\s-]*(hundred|thousand|million|billion|bn|[kmb])\b)?(\s*%|\s+per\s?cent\b|\s+times\b)?"
_FIGURE = re.compile(rf"(?<![\w.])(\d[\d,]*(?:\.\d+)?){_UNIT}", re.IGNORECASE)
_SAID = re.compile(rf"\b((?:{_WORD})(?:[\s-](?:{_WORD}))?){_UNIT}", re.IGNORECASE)
_VAGUE = re.compile(r"\b(?:hundreds|thousands|millions|billions|trillions?) of\b", re.IGNORECASE)


def unknown_figure(texts: Iterable[str], story: StoryFacts) -> str | None:
    """Return the first figure in ``texts`` that the evidence does not hold, or None."""
    counts = list(_counts(story))
    percents, ratios = list(_percents(story)), list(_ratios(story))
    for text in texts:
        vague = _VAGUE.search(text)
        if vague and max(counts, default=0) < 1e3:
            return vague.group()
        for found, value, kind in _figures_of(text):
            known = percents if kind == "percent" else ratios if kind == "times" else counts
            if not _holds(value, kind, known):
                return found
    return None


def _figures_of(text: str) -> Iterator[tuple[str, float, str]]:
    """Each figure as written, its value, and whether it is a count, a percentage or a ratio."""
    for match in _FIGURE.finditer(text):
        value = float(match[1].replace(",", "")) * _SCALES.get((match[2] or "").lower(), 1)
        yield match.group().strip(), value, _kind(match[3])
    for match in _SAID.finditer(text):
        if match[2] or match[3]:
            value = sum(_WORDS[word.lower()] for word in re.split(r"[\s-]", match[1]))
            yield match.group().strip(), value * _SCALES.get((match[2] or "").lower(), 1), _kind(match[3])


def _kind(unit: str | None) -> str:
    if not unit:
        return "count"
    return "times" if "times" in unit.lower() else "percent"


def _holds(value: float, kind: str, known: list[float]) -> bool:
    if kind == "count" and (value <= _COUNTING or (2000 <= value <= 2100 and value == int(value))):
        return True
    slack = 1.0 if kind == "percent" else 0.5 if value < 100 else 0.0
    return any(abs(value - one) <= max(_TOLERANCE * one, slack) for one in known)


def _counts(story: StoryFacts) -> Iterator[float]:
    everyone = story.everyone
    yield from (float(len(everyone)), float(len(story.evidence.regions_watched)))
    for one in everyone:
        yield from _counts_of(one)
    yield float(sum(one.views for one in everyone))
    yield sum(one.velocity or 0.0 for one in everyone)
    yield float(story.evidence.observed_at.day)
    for first, second in pairwise(everyone):
        yield from (float(first.views + second.views), float(abs(first.views - second.views)))


def _counts_of(one: VideoFacts) -> Iterator[float]:
    yield from (float(value) for value in (one.views, one.velocity, one.likes, one.comments) if value)
    yield from (float(views) for _, views in one.growth)
    if one.growth:
        (start, before), (end, now) = one.growth[0], one.growth[-1]
        yield from (float(now - before), (end - start).total_seconds() / 3600)
    if one.age_hours:
        yield from (one.age_hours, one.age_hours / 24, one.views / one.age_hours)
    if one.best_region:
        yield float(one.best_region[1])
    if one.likes:
        yield one.views / one.likes
    if one.velocity:
        mark = next_mark(one.views)
        yield from (float(mark), (mark - one.views) / one.velocity, (mark - one.views) / one.velocity / 24)
    if one.video.duration_seconds:
        yield from (float(one.video.duration_seconds), one.video.duration_seconds / 60)


def _ratios(story: StoryFacts) -> Iterator[float]:
    for first in story.everyone:
        for second in story.everyone:
            if first.views and second.views > 0:
                yield first.views / second.views
            if first.velocity and second.velocity:
                yield first.velocity / second.velocity
        if len(first.growth) > 1 and first.growth[0][1]:
            yield first.growth[-1][1] / first.growth[0][1]


def _percents(story: StoryFacts) -> Iterator[float]:
    everyone = story.everyone
    views, pace = sum(one.views for one in everyone), sum(one.velocity or 0 for one in everyone)
    for one in everyone:
        if views:
            yield 100 * one.views / views
        if pace and one.velocity:
            yield 100 * one.velocity / pace
        if one.likes and one.views:
            yield 100 * one.likes / one.views
        if len(one.growth) > 1 and one.growth[0][1]:
            yield 100 * (one.growth[-1][1] / one.growth[0][1] - 1)
    for ahead, behind in pairwise(story.by_speed):
        yield 100 * ((ahead.velocity or 0) / (behind.velocity or 1) - 1)
