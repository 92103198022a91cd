"""Pictures of one video or one number: the rank card and the big number, each in two compositions."""

from __future__ import annotations

from collections.abc import Iterator

from ytempire.content.models import BigNumber, RankCard
from ytempire.content.scenes.page import BOLD, DISPLAY, FADE, GREAT, HERO, LARGE, LINE, REGULAR, TITLE, Enter, Page

_PLACE_WIDTH = 330
_PAD = 56


def rank_card(page: Page, brief: RankCard) -> Iterator[Enter]:
    """The place enters on its field of the accent, then title and channel, then the number."""
    colours = page.colours
    top, bottom = page.top, page.bottom
    page.box(page.left, top, page.right, bottom, colours.surface, radius=28)
    place = f"#{brief.place}"
    if page.wide:
        split = page.left + _PLACE_WIDTH
        page.box(page.left, top, split, bottom, colours.accent, radius=28)
        page.box(split - 28, top, split, bottom, colours.accent)
        size = page.largest(place, BOLD, _PLACE_WIDTH - 60, (DISPLAY, LARGE))
        middle = (page.left + split) / 2, (top + bottom) / 2 + size * 0.36
        page.text(*middle, place, size, BOLD, colours.ground, align="centre")
        x, first = split + 64, top + 110
    else:
        split = top + (0.27 if page.tall else 0.2) * (bottom - top)
        page.box(page.left, top, page.right, split, colours.accent, radius=28)
        page.box(page.left, split - 28, page.right, split, colours.accent)
        page.text(page.left + _PAD, (top + split) / 2 + 43, place, DISPLAY, BOLD, colours.ground)
        x, first = page.left + _PAD, split + (120 if page.tall else 80)
    yield FADE
    room = page.right - x - _PAD
    below = page.block(x, first, brief.title, TITLE, BOLD, colours.text, room)
    channel = page.fit(brief.channel_title, TITLE, REGULAR, room)[0]
    page.text(x, below + 8, channel, TITLE, REGULAR, colours.muted)
    yield FADE
    _number(page, x, bottom - 72, room, brief)
    yield FADE


def _number(page: Page, x: float, baseline: float, room: float, brief: RankCard) -> None:
    """The number, with its meaning at its right where there is room and above it where there is none."""
    long = page.measure(brief.number, DISPLAY, BOLD, tabular=True)
    beside = room - long - 32
    if page.measure(brief.meaning, TITLE, REGULAR) <= beside:
        page.text(x + long + 32, baseline, brief.meaning, TITLE, REGULAR, page.colours.text)
    else:
        page.text(x, baseline, page.fit(brief.meaning, TITLE, REGULAR, room)[0], TITLE, REGULAR, page.colours.text)
        baseline -= TITLE * LINE + 10
    page.text(x, baseline, brief.number, DISPLAY, BOLD, page.colours.accent, tabular=True)


def rank_line(page: Page, brief: RankCard) -> Iterator[Enter]:
    """The other card: place, title and channel above a rule, the number as large as it can stand below."""
    colours = page.colours
    place = f"#{brief.place}"
    first = page.top + (110 if page.tall else 70)
    long = page.text(page.left, first, place, TITLE, BOLD, colours.accent, tabular=True)
    x, room = page.left + long + 36, page.width - long - 36
    lines = page.fit(brief.title, TITLE, BOLD, room, lines=2)
    rule = first + TITLE * LINE * len(lines) + 46
    page.box(page.left, rule, page.right, rule + 4, colours.surface)
    yield FADE
    under = page.block(x, first, brief.title, TITLE, BOLD, colours.text, room)
    page.text(x, under, page.fit(brief.channel_title, TITLE, REGULAR, room)[0], TITLE, REGULAR, colours.muted)
    yield FADE
    size = page.largest(brief.number, BOLD, page.width, (HERO, GREAT, DISPLAY))
    tall = size * 0.73 + 40 + TITLE
    baseline = rule + (page.bottom - rule - tall) / 2 + size * 0.73
    page.text(page.left - size * 0.03, baseline, brief.number, size, BOLD, colours.accent, tabular=True)
    page.block(page.left, baseline + 40 + TITLE, brief.meaning, TITLE, REGULAR, colours.text, page.width, lines=1)
    yield FADE


def big_number(page: Page, brief: BigNumber) -> Iterator[Enter]:
    """The number enters over its rule, then what it means."""
    colours = page.colours
    size = page.largest(brief.number, BOLD, page.width, (HERO, GREAT, DISPLAY, LARGE))
    tall = size + 66 + 2 * TITLE * LINE + 40
    baseline = page.top + (page.height - tall) / 2 + size * 0.8
    page.text(page.left - size * 0.03, baseline, brief.number, size, BOLD, colours.accent, tabular=True)
    page.box(page.left, baseline + 56, page.left + 180, baseline + 66, colours.accent)
    yield FADE
    under = page.block(page.left, baseline + 156, brief.meaning, TITLE, BOLD, colours.text, page.width)
    if brief.detail:
        page.block(page.left, under + 10, brief.detail, TITLE, REGULAR, colours.muted, page.width)
    yield FADE


def framed_number(page: Page, brief: BigNumber) -> Iterator[Enter]:
    """The other big number: in the middle of a field with an edge in the accent."""
    colours = page.colours
    middle, room = (page.left + page.right) / 2, page.width - 2 * _PAD
    page.box(page.left, page.top, page.right, page.bottom, colours.surface, radius=28)
    page.box(page.left + 28, page.bottom - 12, page.right - 28, page.bottom, colours.accent)
    size = page.largest(brief.number, BOLD, room, (HERO, GREAT, DISPLAY, LARGE))
    tall = size + 3 * TITLE * LINE
    baseline = page.top + (page.height - tall) / 2 + size * 0.8
    page.text(middle, baseline, brief.number, size, BOLD, colours.accent, align="centre", tabular=True)
    yield FADE
    under = page.block(middle, baseline + 110, brief.meaning, TITLE, BOLD, colours.text, room, align="centre")
    if brief.detail:
        page.block(middle, under + 6, brief.detail, TITLE, REGULAR, colours.muted, room, align="centre")
    yield FADE
