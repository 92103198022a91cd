"""Compositions of a thumbnail that show a field of videos or a rise over time: their shapes are the real numbers."""

from __future__ import annotations

from itertools import pairwise

from ytempire.content.thumbnails.sheet import FREE_CORNER, MARGIN, WIDTH, Sheet
from ytempire.content.thumbnails.words import Claim, Subject, short, size

_BASE = 576


def growth_line(sheet: Sheet, subject: Subject, claim: Claim) -> None:
    """The real shape of the rise, steep over the picture; the words where it leaves most room."""
    colours, line = sheet.colours, subject.leader.growth
    first, last = line[0][0], line[-1][0]
    span, most = max((last - first).total_seconds(), 1.0), line[-1][1]
    shape = [((at - first).total_seconds() / span, views / most) for at, views in line]
    words_end = _share_at(shape, 0.64)
    below = words_end > 0.8
    room = _BASE - 64 if below else min(_BASE - 64, (_BASE - 390) / max(words_end, 0.01))
    places = [(-20 + 1210 * along, _BASE - 14 - (room - 14) * share) for along, share in shape]
    sheet.area([(places[0][0], _BASE), *places, (places[-1][0], _BASE)], colours.surface)
    sheet.line(places, 28, colours.accent)
    sheet.disc(*places[-1], 46, colours.accent)
    if below:
        sheet.word(WIDTH - 110, 400, claim.number, 620, 216, align="right")
        sheet.word(WIDTH - 110, 550, claim.unit, 680, 150, align="right")
    else:
        sheet.word(MARGIN, 192, claim.number, 660, 210)
        sheet.word(MARGIN, 340, claim.unit, 680, 150)


def _share_at(shape: list[tuple[float, float]], along: float) -> float:
    """The height of a rise at a share of its length, between two points in proportion."""
    for (x0, y0), (x1, y1) in pairwise(shape):
        if x1 >= along:
            return y0 + (y1 - y0) * (along - x0) / max(x1 - x0, 1e-9)
    return shape[-1][1]


def versus(sheet: Sheet, subject: Subject, _: Claim) -> None:
    """Two columns as high as their numbers, face to face."""
    if subject.rival is None:
        raise ValueError("there is no rival")
    colours = sheet.colours
    left, right = size(subject.leader), size(subject.rival)
    most = max(left, right)
    for value, x0, x1 in ((left, 0, 600), (right, 680, WIDTH)):
        top = _BASE - 310 * max(value / most, 0.06)
        sheet.box(x0, top, x1, _BASE, colours.accent if value == most else colours.muted)
    sheet.box(0, _BASE, WIDTH, _BASE + 10, colours.text)
    for value, x in ((left, 300), (right, 980)):
        sheet.word(x, 220, short(value), 540, 230, align="centre")
    sheet.disc(640, 424, 150, colours.ground)
    sheet.word(640, 476, "VS", 260, 144, align="centre")


def bars(sheet: Sheet, subject: Subject, _: Claim) -> None:
    """The field as rising columns, the first in the accent, and how many there are."""
    colours = sheet.colours
    pool = sorted(subject.pool, key=size)
    most = size(pool[-1])
    step = (WIDTH - MARGIN - 440) / len(pool)
    for index, one in enumerate(pool):
        x0 = 440 + step * index
        top = _BASE - 520 * max(size(one) / most, 0.05)
        last = index == len(pool) - 1
        sheet.box(x0, top, x0 + step - 16, _BASE, colours.accent if last else colours.muted, radius=10)
    sheet.word(MARGIN, 240, "TOP", 350, 172)
    sheet.word(MARGIN, 560, str(len(pool)), 340, 380)


def lanes(sheet: Sheet, subject: Subject, _: Claim) -> None:
    """A race seen from the side: lanes from the left edge, as long as the number they are of."""
    colours, claim = sheet.colours, subject.claims[0]
    pool = sorted(subject.pool, key=size, reverse=True)[:3]
    most = size(pool[0])
    high = 312 / len(pool)
    for index, one in enumerate(pool):
        top = 376 + high * index
        longest = 1190 if top + high - 18 < FREE_CORNER[1] else FREE_CORNER[0] - 40
        radius = (high - 18) / 2
        end = max(longest * size(one) / most, 3 * radius)
        sheet.box(-80, top, end, top + 2 * radius, colours.muted if index else colours.accent, radius=radius)
        sheet.disc(end - radius, top + radius, radius * 0.56, colours.ground)
    sheet.word(MARGIN, 192, claim.number, 1100, 210)
    sheet.word(MARGIN, 340, claim.unit, 1100, 150)


def podium(sheet: Sheet, subject: Subject, claim: Claim) -> None:
    """Three steps over the whole width; a number, but not the place, stands above the first."""
    colours = sheet.colours
    claim = subject.claims[0] if claim.number.startswith("#") else claim
    for x0, top, place in ((MARGIN, 366, "2"), (848, 410, "3"), (452, 270, "1")):
        first = place == "1"
        sheet.box(x0, top, x0 + 376, _BASE, colours.surface)
        sheet.box(x0, top, x0 + 376, top + (34 if first else 16), colours.accent if first else colours.muted)
        sheet.word(x0 + 188, _BASE - (54 if first else 30), place, 280, 270 if first else 150, align="centre")
    sheet.box(0, _BASE, WIDTH, _BASE + 10, colours.text)
    sheet.word(640, 206, claim.number, 1000, 216, align="centre")
