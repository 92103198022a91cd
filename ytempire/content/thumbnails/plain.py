"""Compositions of a thumbnail that need one number only: a card, a dial, an arrow, a badge, the number itself."""

from __future__ import annotations

import math

from ytempire.content.thumbnails.sheet import FREE_CORNER, HEAVY, MARGIN, WIDTH, Sheet
from ytempire.content.thumbnails.words import Claim, Subject


def big_number(sheet: Sheet, _: Subject, claim: Claim) -> None:
    """The number over the whole width, an accent rule, its meaning below."""
    size = sheet.word(MARGIN, 400, claim.number, WIDTH - 2 * MARGIN, 400)
    sheet.box(MARGIN, 452, MARGIN + max(300, size), 474, sheet.colours.accent)
    sheet.word(MARGIN, 640, claim.unit, FREE_CORNER[0] - 2 * MARGIN, 170)


def rank_card(sheet: Sheet, subject: Subject, claim: Claim) -> None:
    """The place on a card at the left, the number beside it."""
    colours = sheet.colours
    sheet.box(MARGIN, 70, 456, 650, colours.surface, radius=36)
    sheet.box(MARGIN, 70, MARGIN + 26, 650, colours.accent)
    place = f"#{subject.rank}"
    size = sheet.largest(place, HEAVY, 310, range(300, 148, -4))
    sheet.word(276, 360 + size * 0.36, place, 310, size, align="centre")
    other = claim if claim.number != place else subject.claims[0]
    sheet.word(512, 346, other.number, WIDTH - 512 - MARGIN, 260)
    sheet.word(512, 540, other.unit, WIDTH - 512 - MARGIN, 176)


def gauge(sheet: Sheet, subject: Subject, claim: Claim) -> None:
    """A dial over the whole width, far into its upper end; the number inside."""
    colours, x, y, radius, thick = sheet.colours, 600, 580, 440, 88
    share = 0.86 if subject.rival else 0.74
    sheet.line(_arc(x, y, radius, 0.0, 1.0), thick, colours.surface)
    sheet.line(_arc(x, y, radius, 0.0, share), thick, colours.accent)
    sheet.clear_below(y)
    tip = _arc(x, y, radius, share, share)[0]
    sheet.disc(*tip, 66, colours.text)
    sheet.disc(*tip, 34, colours.ground)
    sheet.word(x, 490, claim.number, 540, 250, align="centre")
    sheet.word(x, 676, claim.unit, 860, 160, align="centre")


def arrow(sheet: Sheet, _: Subject, claim: Claim) -> None:
    """A huge arrow upwards at the right, the number and its meaning at the left."""
    sheet.area(
        [(985, 36), (1232, 318), (1092, 318), (1092, 580), (878, 580), (878, 318), (738, 318)], sheet.colours.accent
    )
    sheet.word(MARGIN, 360, claim.number, 660, 270)
    sheet.word(MARGIN, 566, claim.unit, 790, 160)


def burst(sheet: Sheet, _: Subject, claim: Claim) -> None:
    """A jagged badge that fills the picture, the number in its middle."""
    colours, x, y = sheet.colours, 640, 318
    points = 64
    edge = [_stamp(x, y, 606, 282, n / points, 1.0 if n % 2 == 0 else 0.88) for n in range(points)]
    sheet.area(edge, colours.accent)
    sheet.area([_stamp(x, y, 508, 214, n / 180) for n in range(180)], colours.ground)
    sheet.word(x, 304, claim.number, 760, 216, align="centre")
    sheet.word(x, 464, claim.unit, 760, 164, align="centre")


def _stamp(x: float, y: float, wide: float, high: float, turn: float, far: float = 1.0) -> tuple[float, float]:
    """A point at the edge of a curve between an ellipse and a rectangle (a superellipse of degree 3)."""
    across, down = math.cos(math.tau * turn), math.sin(math.tau * turn)
    return (
        x + far * wide * math.copysign(abs(across) ** (2 / 3), across),
        y + far * high * math.copysign(abs(down) ** (2 / 3), down),
    )


def _arc(x: float, y: float, radius: float, start: float, end: float) -> list[tuple[float, float]]:
    """Points of the upper half of a circle; 0 is its left end, 1 its right."""
    steps = max(1, round(90 * (end - start)))
    angles = [math.pi * (1 + start + (end - start) * step / steps) for step in range(steps + 1)]
    return [(x + radius * math.cos(angle), y + radius * math.sin(angle)) for angle in angles]
