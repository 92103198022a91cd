"""Pictures that set things side by side: two columns, two cards, and the countries of a chart as a list."""

from __future__ import annotations

from collections.abc import Iterator

from ytempire.content.models import Column, Countries, TwoColumns
from ytempire.content.scenes.page import (
    BODY,
    BOLD,
    DISPLAY,
    FADE,
    GREAT,
    HERO,
    LARGE,
    LINE,
    REGULAR,
    TITLE,
    Enter,
    Page,
)

_GAP = 36
_ROWS = 6


def two_columns(page: Page, brief: TwoColumns) -> Iterator[Enter]:
    """Both names enter, then the figures row by row; the side ahead stands in the accent."""
    colours = page.colours
    half = (page.width - _GAP) / 2
    top, bottom = page.top, page.bottom
    sides = (("left", brief.left, page.left), ("right", brief.right, page.right - half))
    for _, column, x0 in sides:
        page.box(x0, top, x0 + half, bottom, colours.surface, radius=28)
        _name(page, column, x0 + half / 2, half - (96 if page.wide else 48), top)
    yield FADE
    figures = [figure for column in (brief.left, brief.right) for figure in column.figures]
    size = LARGE if all(page.measure(one, LARGE, BOLD, tabular=True) <= half - 40 for one in figures) else TITLE
    first = top + 200
    step = (bottom - first - 10) / max(len(brief.labels), 1)
    for row, label in enumerate(brief.labels):
        y = first + step * row + step / 2
        for side, column, x0 in sides:
            colour = colours.accent if brief.leads[row] == side else colours.text
            middle = x0 + half / 2
            page.text(middle, y + 4, column.figures[row], size, BOLD, colour, align="centre", tabular=True)
            page.text(middle, y + 56, label, BODY, REGULAR, colours.muted, align="centre")
        if row == 0 and len(brief.labels) > 1:
            yield FADE
    yield FADE


def _name(page: Page, column: Column, centre: float, room: float, top: float) -> None:
    after = page.block(centre, top + 72, column.name, BODY, BOLD, page.colours.text, room, align="centre")
    channel = page.fit(column.channel_title, BODY, REGULAR, room)[0]
    page.text(centre, after + 4, channel, BODY, REGULAR, page.colours.muted, align="centre")


def two_cards(page: Page, brief: TwoColumns) -> Iterator[Enter]:
    """The two one above the other, each with its figures in a row; the first enters, then the second."""
    colours = page.colours
    tall = (page.height - _GAP) / 2
    for side, column, top in (("left", brief.left, page.top), ("right", brief.right, page.bottom - tall)):
        page.box(page.left, top, page.right, top + tall, colours.surface, radius=28)
        x, room = page.left + 48, page.width - 96
        after = page.block(x, top + 66, column.name, BODY, BOLD, colours.text, room, lines=2 if page.tall else 1)
        page.text(x, after, page.fit(column.channel_title, BODY, REGULAR, room)[0], BODY, REGULAR, colours.muted)
        step = room / max(len(brief.labels), 1)
        widest = max((brief.left.figures + brief.right.figures), key=lambda one: page.measure(one, BODY, BOLD))
        size = page.largest(widest, BOLD, step - 20, (LARGE, TITLE, BODY) if page.wide else (TITLE, BODY))
        lines = max(len(page.fit(label, BODY, REGULAR, step - 16, lines=2)) for label in brief.labels)
        under = top + tall - 30 - BODY * LINE * (lines - 1)
        for row, label in enumerate(brief.labels):
            colour = colours.accent if brief.leads[row] == side else colours.text
            page.text(x + step * row, under - 54, column.figures[row], size, BOLD, colour, tabular=True)
            page.block(x + step * row, under, label, BODY, REGULAR, colours.muted, step - 16)
        yield FADE


def countries(page: Page, brief: Countries) -> Iterator[Enter]:
    """How many charts list it enters, then the countries with the rank in each."""
    colours = page.colours
    title = page.fit(brief.title, BODY, BOLD, page.width)[0]
    page.text(page.left, page.top + 50, title, BODY, BOLD, colours.text)
    if not brief.listed:
        yield from _listed_nowhere(page, brief)
        return
    number = f"{len(brief.listed)} of {brief.watched}"
    if page.wide:
        page.text(page.left, page.top + 260, number, DISPLAY, BOLD, colours.accent, tabular=True)
        page.text(page.left, page.top + 330, "charts list it", BODY, REGULAR, colours.text)
        _dots(page, brief, page.left, page.top + 410)
        x0, top = page.left + page.width * 0.36 + 40, page.top + 110
    else:
        baseline = page.top + 190
        long = page.text(page.left, baseline, number, DISPLAY, BOLD, colours.accent, tabular=True)
        page.text(page.left + long + 28, baseline, "charts list it", BODY, REGULAR, colours.text)
        x0, top = page.left, baseline + 50
    yield FADE
    _places(page, brief, x0, top)
    yield FADE


def _listed_nowhere(page: Page, brief: Countries) -> Iterator[Enter]:
    number = f"0 of {brief.watched}"
    size = page.largest(number, BOLD, page.width, (HERO, GREAT, DISPLAY))
    baseline = page.top + page.height * 0.42 + size * 0.36
    page.text(page.left - size * 0.03, baseline, number, size, BOLD, page.colours.accent, tabular=True)
    yield FADE
    page.text(page.left, baseline + 100, "charts list it so far", BODY, REGULAR, page.colours.text)
    _dots(page, brief, page.left, baseline + 140)
    yield FADE


def _dots(page: Page, brief: Countries, x: float, y: float) -> None:
    """One disc a chart, the listed ones lit, as many as there is room for."""
    colours = page.colours
    for number in range(min(brief.watched, 8 * int((page.bottom - y) // 52))):
        lit = number < len(brief.listed)
        place = x + 20 + 56 * (number % 8), y + 20 + 52 * (number // 8)
        page.disc(*place, 18 if lit else 11, colours.accent if lit else colours.muted)


def _places(page: Page, brief: Countries, x0: float, top: float) -> None:
    colours = page.colours
    most = _ROWS + 3 if page.tall else _ROWS if page.wide else _ROWS - 1
    shown = brief.listed if len(brief.listed) <= most else brief.listed[: most - 1]
    step = min((page.bottom - top) / most, 100)
    for row, place in enumerate(shown):
        y = top + step * row
        page.box(x0, y, page.right, y + step - 12, colours.surface, radius=14)
        name = page.fit(place.name, BODY, REGULAR, page.right - x0 - 210)[0]
        page.text(x0 + 32, y + step / 2 + 9, name, BODY, REGULAR, colours.text)
        if place.rank is not None:
            rank = f"#{place.rank}"
            at = y + step / 2 + 9
            page.text(page.right - 32, at, rank, BODY, BOLD, colours.accent, align="right", tabular=True)
    if len(shown) < len(brief.listed):
        more = f"and {len(brief.listed) - len(shown)} more"
        page.text(x0 + 32, top + step * len(shown) + step / 2 + 9, more, BODY, REGULAR, colours.muted)
