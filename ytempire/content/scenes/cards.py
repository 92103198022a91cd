"""Pictures of one video or one number: the rank card and the big number."""

from __future__ import annotations

from collections.abc import Iterator

from ytempire.content.models import BigNumber, RankCard
from ytempire.content.scenes.page import BOLD, DISPLAY, HERO, REGULAR, TITLE, Page

_PLACE_WIDTH = 330


def rank_card(page: Page, brief: RankCard) -> Iterator[None]:
    """The place enters, then title and channel, then the number."""
    colours = page.colours
    top, bottom = page.top + 30, page.bottom - 20
    page.box(page.left, top, page.right, bottom, colours.surface, radius=28)
    page.box(page.left, top, page.left + _PLACE_WIDTH, bottom, colours.accent, radius=28)
    page.box(page.left + _PLACE_WIDTH - 28, top, page.left + _PLACE_WIDTH, bottom, colours.accent)
    middle = (top + bottom) / 2
    page.text(
        page.left + _PLACE_WIDTH / 2,
        middle + 43,
        f"#{brief.place}",
        DISPLAY,
        BOLD,
        colours.ground,
        align="centre",
    )
    yield
    x, room = page.left + _PLACE_WIDTH + 64, page.width - _PLACE_WIDTH - 128
    lines = page.fit(brief.title, TITLE, BOLD, room, lines=2)
    for number, line in enumerate(lines):
        page.text(x, top + 110 + 74 * number, line, TITLE, BOLD, colours.text)
    channel = page.fit(brief.channel_title, TITLE, REGULAR, room)[0]
    page.text(x, top + 110 + 74 * len(lines) + 12, channel, TITLE, REGULAR, colours.muted)
    yield
    long = page.text(x, bottom - 80, brief.number, DISPLAY, BOLD, colours.accent, tabular=True)
    page.text(x + long + 32, bottom - 80, brief.meaning, TITLE, REGULAR, colours.text)
    yield


def big_number(page: Page, brief: BigNumber) -> Iterator[None]:
    """The number enters, then what it means."""
    colours = page.colours
    size = page.largest(brief.number, BOLD, page.width, (HERO, DISPLAY))
    baseline = 520
    page.text(page.left - size * 0.03, baseline, brief.number, size, BOLD, colours.accent, tabular=True)
    page.box(page.left, baseline + 56, page.left + 180, baseline + 66, colours.accent)
    if not brief.detail:
        yield
    else:
        yield
        detail = page.fit(brief.detail, TITLE, REGULAR, page.width)[0]
        page.text(page.left, baseline + 240, detail, TITLE, REGULAR, colours.muted)
    page.text(
        page.left,
        baseline + 156,
        page.fit(brief.meaning, TITLE, BOLD, page.width)[0],
        TITLE,
        BOLD,
        colours.text,
    )
    yield
