"""Pictures that set things side by side: two columns, and the countries of a chart."""

from __future__ import annotations

from collections.abc import Iterator

from ytempire.content.models import Column, Countries, TwoColumns
from ytempire.content.scenes.page import BODY, BOLD, DISPLAY, LARGE, REGULAR, Page


def two_columns(page: Page, brief: TwoColumns) -> Iterator[None]:
    """Both names enter, then the figures row by row; the side ahead stands in the accent."""
    colours = page.colours
    gap = 40
    half = (page.width - gap) / 2
    top, bottom = page.top + 10, page.bottom
    edges = {"left": (page.left, page.left + half), "right": (page.right - half, page.right)}
    for side, column in (("left", brief.left), ("right", brief.right)):
        x0, x1 = edges[side]
        page.box(x0, top, x1, bottom, colours.surface, radius=28)
        _name(page, column, (x0 + x1) / 2, half - 96, top)
    yield
    first = top + 200
    step = (bottom - first - 10) / max(len(brief.labels), 1)
    for row, label in enumerate(brief.labels):
        y = first + step * row + step / 2
        for side, column in (("left", brief.left), ("right", brief.right)):
            ahead = brief.leads[row] == side
            x0, x1 = edges[side]
            colour = colours.accent if ahead else colours.text
            page.text((x0 + x1) / 2, y + 4, column.figures[row], LARGE, BOLD, colour, align="centre", tabular=True)
            page.text((x0 + x1) / 2, y + 56, label, BODY, REGULAR, colours.muted, align="centre")
        if row == 0 and len(brief.labels) > 1:
            yield
    yield


def _name(page: Page, column: Column, centre: float, room: float, top: float) -> None:
    lines = page.fit(column.name, BODY, BOLD, room, lines=2)
    for number, line in enumerate(lines):
        page.text(centre, top + 76 + 52 * number, line, BODY, BOLD, page.colours.text, align="centre")
    channel = page.fit(column.channel_title, BODY, REGULAR, room)[0]
    page.text(centre, top + 76 + 52 * len(lines) + 4, channel, BODY, REGULAR, page.colours.muted, align="centre")


_ROWS = 6


def countries(page: Page, brief: Countries) -> Iterator[None]:
    """How many charts list it enters, then the countries with the rank in each."""
    colours = page.colours
    column = page.width * 0.36
    count = f"{len(brief.listed)} of {brief.watched}"
    page.text(page.left, page.top + 260, count, DISPLAY, BOLD, colours.accent, tabular=True)
    page.text(page.left, page.top + 330, "charts list it", BODY, REGULAR, colours.text)
    for number in range(brief.watched):
        across, down = number % 8, number // 8
        if down > 5:
            break
        lit = number < len(brief.listed)
        x, y = page.left + 20 + 56 * across, page.top + 410 + 52 * down
        page.disc(x, y, 18 if lit else 11, colours.accent if lit else colours.muted)
    title = page.fit(brief.title, BODY, BOLD, page.width)[0]
    page.text(page.left, page.top + 64, title, BODY, BOLD, colours.text)
    yield
    x0, top = page.left + column + 40, page.top + 130
    shown = brief.listed if len(brief.listed) <= _ROWS else brief.listed[: _ROWS - 1]
    step = min((page.bottom - top) / _ROWS, 92)
    for number, place in enumerate(shown):
        y = top + step * number
        page.box(x0, y, page.right, y + step - 12, colours.surface, radius=14)
        page.text(
            x0 + 32,
            y + step / 2 + 9,
            page.fit(place.name, BODY, REGULAR, 700)[0],
            BODY,
            REGULAR,
            colours.text,
        )
        if place.rank is not None:
            rank = f"#{place.rank}"
            page.text(
                page.right - 32,
                y + step / 2 + 9,
                rank,
                BODY,
                BOLD,
                colours.accent,
                align="right",
                tabular=True,
            )
    if len(shown) < len(brief.listed):
        y = top + step * len(shown)
        more = f"and {len(brief.listed) - len(shown)} more"
        page.text(x0 + 32, y + step / 2 + 9, more, BODY, REGULAR, colours.muted)
    if not shown:
        page.text(x0, page.top + 260, "not in a top fifty yet", BODY, REGULAR, colours.muted)
    yield
