"""Pictures of several numbers: the growth line and the bar ranking."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ytempire.content.models import BarRanking, GrowthLine
from ytempire.content.numbers import day
from ytempire.content.scenes.page import BODY, BOLD, REGULAR, TITLE, Page


def growth_line(page: Page, brief: GrowthLine) -> Iterator[None]:
    """The title with the ground line enters, then the line with its end, then the moment."""
    colours = page.colours
    title = page.fit(brief.title, TITLE, BOLD, page.width)[0]
    page.text(page.left, page.top + 74, title, TITLE, BOLD, colours.text)
    right = page.right - page.measure(brief.end_label, TITLE, BOLD) - 40
    left, top, bottom = page.left + 12, page.top + 190, page.bottom - 66
    page.box(page.left, bottom, right + 12, bottom + 4, colours.muted)
    first, last = brief.points[0][0], brief.points[-1][0]
    page.text(page.left, bottom + 58, _when(first, last), BODY, REGULAR, colours.muted)
    page.text(right + 12, bottom + 58, _when(last, first), BODY, REGULAR, colours.muted, align="right")
    yield
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
    page.disc(*placed[-1], 16, colours.accent)
    page.text(placed[-1][0] + 34, placed[-1][1] + 20, brief.end_label, TITLE, BOLD, colours.text, tabular=True)
    yield
    x, y = place(brief.moment.at, brief.moment.views)
    page.disc(x, y, 16, colours.text)
    page.disc(x, y, 8, colours.accent)
    if x - left > page.measure(brief.moment.label, BODY, BOLD) + 40:
        page.text(x - 34, y - 24, brief.moment.label, BODY, BOLD, colours.text, align="right")
    else:
        page.text(x + 34, y + 44, brief.moment.label, BODY, BOLD, colours.text)
    yield


def _when(moment: datetime, other: datetime) -> str:
    if abs((moment - other).total_seconds()) < 72 * 3600:
        return f"{moment.day} {moment:%b}, {moment:%H:%M} UTC"
    return day(moment)


def bar_ranking(page: Page, brief: BarRanking) -> Iterator[None]:
    """The bars enter, then the one spoken of is named in the accent."""
    colours = page.colours
    page.text(page.left, page.top + 56, f"In {brief.meaning}", BODY, REGULAR, colours.muted)
    yield from _bars(page, brief)


def _bars(page: Page, brief: BarRanking) -> Iterator[None]:
    colours = page.colours
    top, room = page.top + 96, page.bottom - page.top - 96
    step = min(room / len(brief.bars), 130)
    names = page.width * 0.34
    widest = max(page.measure(bar.number, BODY, BOLD) for bar in brief.bars)
    longest = page.width - names - widest - 70
    most = max(bar.value for bar in brief.bars) or 1
    for lit in (False, True):
        for index, bar in enumerate(brief.bars):
            spoken_of = lit and index == brief.highlight
            y = top + step * index + step / 2
            x = page.left + names
            if lit and not spoken_of:
                continue
            label = page.fit(bar.label, BODY, BOLD, names - 40)[0]
            page.box(page.left, y - step / 2, x - 2, y + step / 2 - 1, colours.ground)
            weight = BOLD if spoken_of else REGULAR
            page.text(x - 36, y + 14, label, BODY, weight, colours.text, align="right")
            end = x + max(longest * bar.value / most, 6)
            height = min(step * 0.56, 64)
            colour = colours.accent if spoken_of else colours.muted
            page.box(x, y - height / 2, end, y + height / 2, colour, radius=6)
            page.text(end + 24, y + 14, bar.number, BODY, BOLD, colours.text, tabular=True)
        if not lit or brief.highlight is not None:
            yield
