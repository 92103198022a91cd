"""Pictures of several videos in order of a number: bars, columns, and bars over days."""

from __future__ import annotations

from collections.abc import Iterator

from ytempire.content.models import BarRace, BarRanking
from ytempire.content.numbers import shown
from ytempire.content.palettes import Colour
from ytempire.content.scenes.charts import when_of
from ytempire.content.scenes.page import BODY, BOLD, FADE, REGULAR, TITLE, Enter, Page, grow, rise


class _Rows:
    """Where the bars of a page lie: beside their names in a wide frame, below them in a narrow one."""

    def __init__(self, page: Page, count: int, top: float, widest: float) -> None:
        self._page = page
        self._names = page.width * 0.34 if page.wide else 0.0
        self._step = min((page.bottom - top) / count, 130 if page.wide else 190)
        self._top = top + max(0.0, (page.bottom - top - self._step * count) / 2) * (0.0 if page.wide else 0.4)
        self.left = page.left + self._names
        self._longest = page.right - self.left - widest - 40
        self._thick = min(self._step * 0.56, 64) if page.wide else min(self._step - 66, 56)

    def _middle(self, row: int) -> float:
        start = self._top + self._step * row
        return start + self._step / 2 if self._page.wide else start + 56 + self._thick / 2

    def end(self, share: float) -> float:
        """Where a bar of that share of the longest ends."""
        return self.left + max(self._longest * share, 8)

    def name(self, row: int, text: str, weight: str) -> None:
        """Write the name of a row, in place of what stood there."""
        page, y = self._page, self._middle(row)
        if page.wide:
            page.box(page.left, y - self._step / 2, self.left - 2, y + self._step / 2 - 1, page.colours.ground)
            label = page.fit(text, BODY, weight, self._names - 40)[0]
            page.text(self.left - 36, y + 14, label, BODY, weight, page.colours.text, align="right")
        else:
            top = self._top + self._step * row
            page.box(page.left, top, page.right, top + 54, page.colours.ground)
            label = page.fit(text, BODY, weight, page.width)[0]
            page.text(page.left, top + 40, label, BODY, weight, page.colours.text)

    def bar(self, row: int, share: float, colour: Colour) -> None:
        """Draw the bar of a row."""
        y = self._middle(row)
        end = self.end(share)
        self._page.box(self.left, y - self._thick / 2, end, y + self._thick / 2, colour, radius=6)

    def number(self, row: int, share: float, text: str) -> None:
        """Write the number at the end of a row's bar."""
        x = self.end(share) + 24
        self._page.text(x, self._middle(row) + 14, text, BODY, BOLD, self._page.colours.text, tabular=True)


def bar_ranking(page: Page, brief: BarRanking) -> Iterator[Enter]:
    """The names enter, the bars grow, then the numbers, with the one spoken of in the accent."""
    colours = page.colours
    page.text(page.left, page.top + 46, f"In {brief.meaning}", BODY, REGULAR, colours.muted)
    widest = max(page.measure(bar.number, BODY, BOLD, tabular=True) for bar in brief.bars)
    rows = _Rows(page, len(brief.bars), page.top + 90, widest)
    most = max(bar.value for bar in brief.bars) or 1
    for row, bar in enumerate(brief.bars):
        rows.name(row, bar.label, REGULAR)
    yield FADE
    for row, bar in enumerate(brief.bars):
        rows.bar(row, bar.value / most, colours.muted)
    yield grow(0.9)
    for row, bar in enumerate(brief.bars):
        rows.number(row, bar.value / most, bar.number)
    yield FADE
    if brief.highlight is not None:
        bar = brief.bars[brief.highlight]
        rows.name(brief.highlight, bar.label, BOLD)
        rows.bar(brief.highlight, bar.value / most, colours.accent)
        yield FADE


def ranking_columns(page: Page, brief: BarRanking) -> Iterator[Enter]:
    """The other ranking: columns that rise, highest first, each named below it."""
    colours = page.colours
    page.text(page.left, page.top + 46, f"In {brief.meaning}", BODY, REGULAR, colours.muted)
    step = page.width / len(brief.bars)
    top, bottom = page.top + 156, page.bottom - 122
    page.box(page.left, bottom, page.right, bottom + 4, colours.muted)
    _column_names(page, brief, step, bottom, None)
    yield FADE
    most = max(bar.value for bar in brief.bars) or 1
    heights = [max((bottom - top) * bar.value / most, 6) for bar in brief.bars]
    for index, height in enumerate(heights):
        _column(page, step, index, bottom, height, colours.muted)
    yield rise(0.9)
    for index, (bar, height) in enumerate(zip(brief.bars, heights, strict=True)):
        x = page.left + step * (index + 0.5)
        page.text(x, bottom - height - 20, bar.number, BODY, BOLD, colours.text, align="centre", tabular=True)
    yield FADE
    if brief.highlight is not None:
        _column(page, step, brief.highlight, bottom, heights[brief.highlight], colours.accent)
        _column_names(page, brief, step, bottom, brief.highlight)
        yield FADE


def _column(page: Page, step: float, index: int, bottom: float, height: float, colour: Colour) -> None:
    x0 = page.left + step * (index + 0.18)
    page.box(x0, bottom - height, x0 + step * 0.64, bottom, colour)


def _column_names(page: Page, brief: BarRanking, step: float, bottom: float, lit: int | None) -> None:
    for index, bar in enumerate(brief.bars):
        if lit is not None and index != lit:
            continue
        x0, weight = page.left + step * index, BOLD if index == lit else REGULAR
        page.box(x0, bottom + 6, x0 + step, page.bottom, page.colours.ground)
        colour = page.colours.text
        page.block(x0 + step / 2, bottom + 54, bar.label, BODY, weight, colour, step - 20, align="centre")


def bar_race(page: Page, brief: BarRace) -> Iterator[Enter]:
    """The same bars at one day after another, in the order of each day; what overtakes is seen to."""
    colours = page.colours
    first, last = brief.days[0].at, brief.days[-1].at
    most = max(*(value for one in brief.days for value in one.values), 1)
    widest = max(page.measure(shown(value), BODY, BOLD, tabular=True) for one in brief.days for value in one.values)
    rows = _Rows(page, len(brief.labels), page.top + 110, widest)
    orders = [_order(one.values) for one in brief.days]
    page.text(page.left, page.top + 56, brief.meaning[:1].upper() + brief.meaning[1:], TITLE, BOLD, colours.text)
    for row, index in enumerate(orders[0]):
        rows.name(row, brief.labels[index], REGULAR)
    empty = page.image.copy()
    for number, (one, order) in enumerate(zip(brief.days, orders, strict=True)):
        page.image.paste(empty, (0, 0))
        done = number == len(orders) - 1
        page.text(page.right, page.top + 56, when_of(one.at, first, last), TITLE, BOLD,
                  colours.accent, align="right", tabular=True)  # fmt: skip
        for row, index in enumerate(order):
            lit = done and index == brief.highlight
            share = one.values[index] / most
            rows.name(row, brief.labels[index], BOLD if lit else REGULAR)
            rows.bar(row, share, colours.accent if index == brief.highlight else colours.muted)
            rows.number(row, share, shown(one.values[index]))
        same = number == 0 or orders[number - 1] == order
        yield grow(0.8) if same and number else FADE


def _order(values: list[float]) -> list[int]:
    return sorted(range(len(values)), key=lambda index: -values[index])
