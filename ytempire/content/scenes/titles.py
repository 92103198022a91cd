"""The cards at both ends of a video, and the plain card that names a scene."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ytempire.content.scenes.page import BODY, BOLD, DISPLAY, FADE, LARGE, LINE, REGULAR, TITLE, Enter, Page

_MARGIN = 60


@dataclass(frozen=True)
class Card:
    """The words of a card: one large line, and what stands below it."""

    large: str
    small: str


def intro(page: Page, card: Card) -> Iterator[Enter]:
    """The channel's name beside its mark, then what the video is about."""
    colours = page.colours
    size = page.size_for(card.large, BOLD, page.width - 60, (DISPLAY, LARGE, TITLE))
    names = page.fit(card.large, size, BOLD, page.width - 60, lines=2)
    titles = page.fit(card.small, TITLE, REGULAR, page.width, lines=2 if page.wide else 4)
    tall = size * LINE * len(names) + 50 + TITLE * LINE * len(titles)
    top = _MARGIN + (page.bottom - _MARGIN - tall) / 2
    page.box(page.left, top + size * 0.14, page.left + 20, top + size * (LINE * len(names) - 0.02), colours.accent)
    page.block(page.left + 60, top + size * 0.95, card.large, size, BOLD, colours.text, page.width - 60)
    yield FADE
    at = top + size * LINE * len(names) + 50 + TITLE * 0.8
    page.block(page.left, at, card.small, TITLE, REGULAR, colours.muted, page.width, lines=len(titles))
    yield Enter("fade", 0.3)


def outro(page: Page, card: Card) -> Iterator[Enter]:
    """The channel's name in the middle, then the call to subscribe on a field of the accent."""
    colours = page.colours
    middle = (page.left + page.right) / 2
    size = page.size_for(card.large, BOLD, page.width, (DISPLAY, LARGE, TITLE))
    names = page.fit(card.large, size, BOLD, page.width, lines=2)
    tall = size * LINE * len(names) + 70 + 128
    top = _MARGIN + (page.bottom - _MARGIN - tall) / 2
    page.block(middle, top + size * 0.95, card.large, size, BOLD, colours.text, page.width, align="centre")
    yield FADE
    y = top + size * LINE * len(names) + 70
    half = page.measure(card.small, TITLE, BOLD) / 2 + 72
    page.box(middle - half, y, middle + half, y + 128, colours.accent, radius=64)
    page.text(middle, y + 64 + TITLE * 0.36, card.small, TITLE, BOLD, colours.ground, align="centre")
    yield Enter("fade", 0.3)


def heading(page: Page, card: Card) -> Iterator[Enter]:
    """A scene's heading large, with a sentence of detail: for a scene whose picture was shown before."""
    colours = page.colours
    size = page.size_for(card.large, BOLD, page.width, (DISPLAY, LARGE))
    lines = page.fit(card.large, size, BOLD, page.width, lines=2)
    at = page.top + page.height * 0.36
    page.box(page.left, at - size - 30, page.left + 180, at - size - 20, colours.accent)
    page.block(page.left, at, card.large, size, BOLD, colours.text, page.width)
    yield FADE
    below = at + size * LINE * len(lines) + 10
    page.block(page.left, below, card.small, BODY, REGULAR, colours.muted, page.width, lines=3)
    yield FADE
