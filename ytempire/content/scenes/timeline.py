"""The timeline of a rise: what was observed of one video, from its publishing to now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from ytempire.content.models import Timeline, TimelineEvent
from ytempire.content.palettes import Colour
from ytempire.content.scenes.charts import when_of
from ytempire.content.scenes.page import BODY, BOLD, FADE, LINE, REGULAR, TITLE, Enter, Page, grow


class _Way(NamedTuple):
    """How the events stand on the page.

    Each event has its disc, and its words with the figure in a colour; a line between the discs grows.
    """

    disc: Callable[[int], tuple[float, float]]
    rail: tuple[float, float, float, float]
    grows_seconds: float
    words: Callable[[int, Colour], None]


def timeline(page: Page, brief: Timeline) -> Iterator[Enter]:
    """The title with the beginning enters, the way draws itself, then the present in the accent."""
    lines = page.fit(brief.title, TITLE, BOLD, page.width, lines=2 if page.tall else 1)
    baseline = page.top + 62
    for number, line in enumerate(lines):
        page.text(page.left, baseline + 70 * number, line, TITLE, BOLD, page.colours.text)
    below = baseline + 70 * (len(lines) - 1) + 50
    way = _across(page, brief, below) if page.wide else _down(page, brief, below)
    colours, last = page.colours, len(brief.events) - 1

    def show(number: int) -> None:
        now = number == last
        page.disc(*way.disc(number), 18, colours.accent if now else colours.muted)
        way.words(number, colours.accent if now else colours.text)

    show(0)
    yield FADE
    page.box(*way.rail, colours.muted)
    page.disc(*way.disc(0), 18, colours.muted)
    for number in range(1, last):
        show(number)
    yield grow(way.grows_seconds)
    show(last)
    yield FADE


def _across(page: Page, brief: Timeline, top: float) -> _Way:
    """From left to right, one column an event."""
    step = page.width / len(brief.events)
    y = (top + page.bottom) / 2 - 10

    def words(number: int, colour: Colour) -> None:
        event, x = brief.events[number], page.left + step * number
        figure = page.fit(event.figure, TITLE, BOLD, step - 30)[0]
        page.text(x, y - 60, figure, TITLE, BOLD, colour, tabular=True)
        under = page.block(x, y + 86, event.label, BODY, REGULAR, page.colours.text, step - 30, lines=3)
        page.text(x, under, _moment(brief, event), BODY, REGULAR, page.colours.muted)

    end = page.left + step * (len(brief.events) - 1) + 14
    rail = (page.left + 18, y - 4, end, y + 4)
    return _Way(lambda number: (page.left + step * number + 18, y), rail, 1.2, words)


def _down(page: Page, brief: Timeline, top: float) -> _Way:
    """From top to bottom, one row an event."""
    step = min((page.bottom - top - (170 if page.tall else 114)) / (len(brief.events) - 1), 230)
    size = TITLE if step > 150 else BODY
    x, room = page.left + 72, page.width - 72

    def words(number: int, colour: Colour) -> None:
        event, y = brief.events[number], top + step * number + 36
        figure = page.fit(event.figure, size, BOLD, room * 0.5)[0]
        page.text(x, y + size * 0.36, figure, size, BOLD, colour, tabular=True)
        page.text(page.right, y + 14, _moment(brief, event), BODY, REGULAR, page.colours.muted, align="right")
        page.block(x, y + size * 0.36 + BODY * LINE + 6, event.label, BODY, REGULAR, page.colours.text, room,
                   lines=2 if step > 190 else 1)  # fmt: skip

    middle = page.left + 18
    rail = (middle - 4, top + 36, middle + 4, top + step * (len(brief.events) - 1) + 20)
    return _Way(lambda number: (middle, top + step * number + 36), rail, 1.0, words)


def _moment(brief: Timeline, event: TimelineEvent) -> str:
    return when_of(event.at, brief.events[0].at, brief.events[-1].at)
