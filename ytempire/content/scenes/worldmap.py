"""The map of the countries that list a video: the world as tiles, the listed ones lit."""

from __future__ import annotations

from collections.abc import Iterator

from ytempire.content.models import Countries
from ytempire.content.palettes import mixed
from ytempire.content.scenes.page import BODY, BOLD, DISPLAY, FADE, LARGE, REGULAR, SMALL, TITLE, Enter, Page, grow
from ytempire.content.tiles import COLUMNS, ROWS, TILES

_GAP = 5
_UNLIT = 0.35


def drawable(brief: Countries) -> bool:
    """Whether a map says more than a list: several countries, all of which have a tile."""
    return len(brief.listed) >= 3 and all(place.region_code in TILES for place in brief.listed)


def country_map(page: Page, brief: Countries) -> Iterator[Enter]:
    """The world enters, then the listed countries light up from west to east, then how many and the highest."""
    colours = page.colours
    title = page.fit(brief.title, BODY, BOLD, page.width)[0]
    page.text(page.left, page.top + 46, title, BODY, BOLD, colours.text)
    top = page.top + (84 if page.wide else 90)
    beside = page.width * 0.33 if page.wide else 0.0
    room = page.bottom - top if page.wide else (page.bottom - top) * (0.5 if page.tall else 0.67)
    cell = min((page.width - beside) / COLUMNS, room / ROWS)
    x0 = page.right - cell * COLUMNS if page.wide else page.left + (page.width - cell * COLUMNS) / 2
    for code in TILES:
        _tile(page, code, x0, top, cell, lit=False)
    yield FADE
    for place in brief.listed:
        _tile(page, place.region_code, x0, top, cell, lit=True)
    yield grow(1.0)
    if page.wide:
        _beside(page, brief, top)
    else:
        _below(page, brief, top + cell * ROWS)
    yield FADE


def _tile(page: Page, code: str, x0: float, top: float, cell: float, *, lit: bool) -> None:
    column, row = TILES[code]
    x, y = x0 + cell * column, top + cell * row
    colours = page.colours
    colour = colours.accent if lit else mixed(colours.ground, colours.muted, _UNLIT)
    page.box(x, y, x + cell - _GAP, y + cell - _GAP, colour, radius=6)
    if lit and cell >= SMALL * 1.75:
        middle = x + (cell - _GAP) / 2, y + (cell - _GAP) / 2 + SMALL * 0.36
        page.text(*middle, code, SMALL, BOLD, colours.ground, align="centre")


def _beside(page: Page, brief: Countries, top: float) -> None:
    colours = page.colours
    number = f"{len(brief.listed)} of {brief.watched}"
    size = page.largest(number, BOLD, page.width * 0.3, (DISPLAY, LARGE, TITLE))
    page.text(page.left, top + 150, number, size, BOLD, colours.accent, tabular=True)
    page.text(page.left, top + 216, "charts list it", BODY, REGULAR, colours.text)
    _highest(page, brief, page.left, top + 320, page.width * 0.3, 4)


def _below(page: Page, brief: Countries, top: float) -> None:
    colours = page.colours
    size = DISPLAY if page.tall else LARGE
    baseline = top + (130 if page.tall else 78)
    number = f"{len(brief.listed)} of {brief.watched}"
    long = page.text(page.left, baseline, number, size, BOLD, colours.accent, tabular=True)
    page.text(page.left + long + 28, baseline, "charts list it", BODY, REGULAR, colours.text)
    first = baseline + (86 if page.tall else 66)
    _highest(page, brief, page.left, first, page.width, min(1 + int((page.bottom - 12 - first) // 66), 5))


def _highest(page: Page, brief: Countries, x: float, baseline: float, room: float, most: int) -> None:
    """Where it stands highest, one line a country."""
    colours = page.colours
    ranked = [place for place in brief.listed if place.rank is not None][: max(most, 0)]
    column = max((page.measure(f"#{place.rank}", BODY, BOLD, tabular=True) for place in ranked), default=0) + 28
    for row, place in enumerate(ranked):
        y = baseline + 66 * row
        page.text(x, y, f"#{place.rank}", BODY, BOLD, colours.accent, tabular=True)
        name = page.fit(place.name, BODY, REGULAR, room - column)[0]
        page.text(x + column, y, name, BODY, REGULAR, colours.text)
