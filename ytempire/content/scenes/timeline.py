"""The timeline of a rise: what was observed of one video, from its publishing to now."""

from __future__ import annotations

from collections.abc import Iterator

from ytempire.content.models import Timeline, TimelineEvent
from ytempire.content.scenes.charts import when_of
from ytempire.content.scenes.page import BODY, BOLD, FADE, LINE, REGULAR, TITLE, Enter, Page, grow


def timeline(page: Page, brief: Timeline) -> Iterator[Enter]:
    """The title with the beginning enters, the way draws itself, then the present in the accent."""
    lines = page.fit(brief.title, TITLE, BOLD, page.width, lines=2 if page.tall else 1)
    baseline = page.top + 62
    for number, line in enumerate(lines):
        page.text(page.left, baseline + 70 * number, line, TITLE, BOLD, page.colours.text)
    below = baseline + 70 * (len(lines) - 1) + 50
    yield from _across(page, brief, below) if page.wide else _down(page, brief, below)


def _across(page: Page, brief: Timeline, top: float) -> Iterator[Enter]:
    """From left to right, one column an event."""
    colours, events = page.colours, brief.events
    step = page.width / len(events)
    y = (top + page.bottom) / 2 - 10
    rail = page.left + step * (len(events) - 1) + 14
    _event_across(page, brief, 0, step, y)
    yield FADE
    page.box(page.left + 18, y - 4, rail, y + 4, colours.muted)
    page.disc(page.left + 18, y, 18, colours.muted)
    for number in range(1, len(events) - 1):
        _event_across(page, brief, number, step, y)
    yield grow(1.2)
    _event_across(page, brief, len(events) - 1, step, y)
    yield FADE


def _event_across(page: Page, brief: Timeline, number: int, step: float, y: float) -> None:
    colours, event = page.colours, brief.events[number]
    now = number == len(brief.events) - 1
    x = page.left + step * number
    page.disc(x + 18, y, 18, colours.accent if now else colours.muted)
    page.text(x, y - 60, page.fit(event.figure, TITLE, BOLD, step - 30)[0], TITLE, BOLD,
              colours.accent if now else colours.text, tabular=True)  # fmt: skip
    under = page.block(x, y + 86, event.label, BODY, REGULAR, colours.text, step - 30, lines=3)
    page.text(x, under, _moment(brief, event), BODY, REGULAR, colours.muted)


def _down(page: Page, brief: Timeline, top: float) -> Iterator[Enter]:
    """From top to bottom, one row an event."""
    colours, events = page.colours, brief.events
    step = min((page.bottom - top - (170 if page.tall else 114)) / (len(events) - 1), 230)
    x = page.left + 18
    _event_down(page, brief, 0, top, step)
    yield FADE
    page.box(x - 4, top + 36, x + 4, top + step * (len(events) - 1) + 20, colours.muted)
    page.disc(x, top + 36, 18, colours.muted)
    for number in range(1, len(events) - 1):
        _event_down(page, brief, number, top, step)
    yield grow(1.0)
    _event_down(page, brief, len(events) - 1, top, step)
    yield FADE


def _event_down(page: Page, brief: Timeline, number: int, top: float, step: float) -> None:
    colours, event = page.colours, brief.events[number]
    now = number == len(brief.events) - 1
    y = top + step * number + 36
    page.disc(page.left + 18, y, 18, colours.accent if now else colours.muted)
    x, room = page.left + 72, page.width - 72
    size = TITLE if step > 150 else BODY
    colour = colours.accent if now else colours.text
    page.text(x, y + size * 0.36, page.fit(event.figure, size, BOLD, room * 0.5)[0], size, BOLD, colour, tabular=True)
    page.text(page.right, y + 14, _moment(brief, event), BODY, REGULAR, colours.muted, align="right")
    page.block(x, y + size * 0.36 + BODY * LINE + 6, event.label, BODY, REGULAR, colours.text, room,
               lines=2 if step > 190 else 1)  # fmt: skip


def _moment(brief: Timeline, event: TimelineEvent) -> str:
    return when_of(event.at, brief.events[0].at, brief.events[-1].at)
