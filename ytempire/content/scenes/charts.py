"""Pictures over time: the growth line, and the same rise as columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ytempire.content.models import GrowthLine
from ytempire.content.numbers import day
from ytempire.content.scenes.page import BODY, BOLD, FADE, REGULAR, TITLE, Enter, Page, grow, rise

_COLUMNS = 8


def growth_line(page: Page, brief: GrowthLine) -> Iterator[Enter]:
    """The title with the ground line enters, then the line draws itself, then its end and the moment."""
    colours = page.colours
    first, last = brief.points[0][0], brief.points[-1][0]
    label = page.measure(brief.end_label, TITLE, BOLD, tabular=True)
    left, bottom = page.left + 12, page.bottom - 66
    top = _title(page, brief.title) + (110 if page.wide else 140)
    right = page.right - label - 40 if page.wide else page.right - 24
    page.box(page.left, bottom, right + 12, bottom + 4, colours.muted)
    page.text(page.left, bottom + 58, when(first, last), BODY, REGULAR, colours.muted)
    page.text(right + 12, bottom + 58, when(last, first), BODY, REGULAR, colours.muted, align="right")
    yield FADE
    span = max((last - first).total_seconds(), 1.0)
    most = max(max(views for _, views in brief.points), 1)

    def place(at: datetime, views: int) -> tuple[float, float]:
        return (
            left + (right - left) * (at - first).total_seconds() / span,
            bottom - (bottom - top) * views / most,
        )

    placed = [place(at, views) for at, views in brief.points]
    page.area([(placed[0][0], bottom), *placed, (placed[-1][0], bottom)], colours.surface)
    page.line(placed, 9, colours.accent)
    yield grow(1.1)
    end_x, end_y = placed[-1]
    page.disc(end_x, end_y, 16, colours.accent)
    if page.wide:
        page.text(end_x + 34, end_y + 20, brief.end_label, TITLE, BOLD, colours.text, tabular=True)
    else:
        page.text(page.right, end_y - 44, brief.end_label, TITLE, BOLD, colours.text, align="right", tabular=True)
    yield FADE
    x, y = place(brief.moment.at, brief.moment.views)
    page.disc(x, y, 16, colours.text)
    page.disc(x, y, 8, colours.accent)
    room = page.measure(brief.moment.label, BODY, BOLD) + 40
    if x - left > room:
        page.text(x - 34, y - 16, brief.moment.label, BODY, BOLD, colours.text, align="right")
    else:
        under = y + 52 if y + 60 < bottom else y - 36
        page.text(min(x + 34, page.right - room + 40), under, brief.moment.label, BODY, BOLD, colours.text)
    yield FADE


def growth_columns(page: Page, brief: GrowthLine) -> Iterator[Enter]:
    """The other chart of a rise: views as last observed at equal steps of time, as columns that grow."""
    colours = page.colours
    points = [point for point in brief.points if point[1] > 0] or brief.points
    first, last = points[0][0], points[-1][0]
    top = _title(page, brief.title) + 130
    bottom = page.bottom - 66
    page.box(page.left, bottom, page.right, bottom + 4, colours.muted)
    page.text(page.left, bottom + 58, when(first, last), BODY, REGULAR, colours.muted)
    page.text(page.right, bottom + 58, when(last, first), BODY, REGULAR, colours.muted, align="right")
    yield FADE
    values = _at_equal_steps(points)
    most = max(*values, 1)
    step = page.width / len(values)
    for index, value in enumerate(values):
        x0 = page.left + step * index + step * 0.12
        height = max((bottom - top) * value / most, 6)
        colour = colours.accent if index == len(values) - 1 else colours.muted
        page.box(x0, bottom - height, x0 + step * 0.76, bottom, colour)
    yield rise(0.9)
    page.text(page.right, top - 26, brief.end_label, TITLE, BOLD, colours.text, align="right", tabular=True)
    yield FADE


def _at_equal_steps(points: list[tuple[datetime, int]]) -> list[int]:
    first, last = points[0][0], points[-1][0]
    moments = [first + (last - first) * step / (_COLUMNS - 1) for step in range(_COLUMNS)]
    return [max(views for at, views in points if at <= moment) for moment in moments]


def _title(page: Page, title: str) -> float:
    """Draw the title and return its last baseline."""
    lines = page.fit(title, TITLE, BOLD, page.width, lines=1 if page.wide else 2)
    baseline = page.top + 62
    for number, line in enumerate(lines):
        page.text(page.left, baseline + 70 * number, line, TITLE, BOLD, page.colours.text)
    return baseline + 70 * (len(lines) - 1)


def when(moment: datetime, other: datetime) -> str:
    """Write a moment as finely as its distance to the ``other`` asks for."""
    return day(moment) if _far(moment, other) else f"{moment.day} {moment:%b}, {moment:%H:%M}"


def when_of(moment: datetime, first: datetime, last: datetime) -> str:
    """Write one of several moments, all in the form that suits the whole time."""
    return f"{moment.day} {moment:%B}" if _far(first, last) else when(moment, moment)


def _far(one: datetime, other: datetime) -> bool:
    return abs((one - other).total_seconds()) >= 72 * 3600
