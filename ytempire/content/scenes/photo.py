"""A scene over a photograph: the picture fills the frame, the words stand on a panel that dims it.

The panel is the blurred picture under a veil of the palette's ground, as dense as it must be for
the words to be read: the contrast is measured on the pixels below them.
"""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image, ImageFilter

from ytempire.content.models import BigNumber, RankCard
from ytempire.content.palettes import Colour, Palette, contrast
from ytempire.content.scenes.page import (
    BOLD,
    DISPLAY,
    FADE,
    REGULAR,
    SMALL,
    TITLE,
    Enter,
    Header,
    Page,
)

TEXT_CONTRAST = 7.0
GRAPHIC_CONTRAST = 4.5
_VEILS = (0.72, 0.80, 0.86, 0.91, 0.95, 0.98, 1.0)
_PAD = 44
_LOW, _TALL = 400, 500
_SHARE = 0.66


def over_photo(page: Page, brief: RankCard | BigNumber, header: Header, credit: str) -> Iterator[Enter]:
    """The picture with the header enters, then the number on its panel, then what it means."""
    line = page.header_baseline
    _veil(page, (page.left - 16, line - 42, page.right + 16, line + 18), 12)
    page.header(header, page.colours.text)
    top = page.bottom - (_TALL if page.tall else _LOW)
    wide = page.width * (_SHARE if page.wide else 1.0)
    _veil(page, (page.left, top, page.left + wide, page.bottom), 28)
    x, room = page.left + _PAD, wide - 2 * _PAD
    if isinstance(brief, RankCard):
        yield from _card(page, brief, x, top, room, credit)
    else:
        yield from _number(page, brief, x, top, room, credit)


def _card(page: Page, brief: RankCard, x: float, top: float, room: float, credit: str) -> Iterator[Enter]:
    colours = page.colours
    place = f"#{brief.place}"
    long = page.text(x, top + 136, place, DISPLAY, BOLD, colours.accent, tabular=True)
    if page.tall:
        after = page.block(x, top + 226, brief.title, TITLE, BOLD, colours.text, room)
    else:
        lines = page.fit(brief.title, TITLE, BOLD, room - long - 40, lines=2)
        page.block(x + long + 40, top + (84 if len(lines) > 1 else 118), brief.title, TITLE, BOLD, colours.text,
                   room - long - 40)  # fmt: skip
        after = top + 246
    yield FADE
    channel = page.fit(brief.channel_title, TITLE, REGULAR, room)[0]
    page.text(x, after, channel, TITLE, REGULAR, colours.text)
    number = page.fit(f"{brief.number} {brief.meaning}", TITLE, BOLD, room)[0]
    page.text(x, page.bottom - 64, number, TITLE, BOLD, colours.accent, tabular=True)
    _credit(page, credit, x, room)
    yield FADE


def _number(page: Page, brief: BigNumber, x: float, top: float, room: float, credit: str) -> Iterator[Enter]:
    colours = page.colours
    size = page.largest(brief.number, BOLD, room, (DISPLAY, 80))
    page.text(x, top + 136, brief.number, size, BOLD, colours.accent, tabular=True)
    yield FADE
    after = page.block(x, top + 224, brief.meaning, TITLE, BOLD, colours.text, room, lines=2 if page.tall else 1)
    if brief.detail:
        page.block(x, after + 6, brief.detail, TITLE, REGULAR, colours.text, room, lines=2 if page.tall else 1)
    _credit(page, credit, x, room)
    yield FADE


def _credit(page: Page, credit: str, x: float, room: float) -> None:
    if credit:
        text = page.fit(credit, SMALL, REGULAR, room)[0]
        page.text(x + room, page.bottom - 18, text, SMALL, REGULAR, page.colours.text, align="right")


def _veil(page: Page, box: tuple[float, float, float, float], radius: float) -> None:
    corners = (*page.pixel(box[0], box[1]), *page.pixel(box[2], box[3]))
    below = page.image.crop(corners)
    small = below.reduce(8).filter(ImageFilter.GaussianBlur(3)).resize(below.size, Image.Resampling.BILINEAR)
    page.picture(veiled(small, page.colours), box[0], box[1], radius=radius)


def veiled(picture: Image.Image, colours: Palette) -> Image.Image:
    """Return ``picture`` under the thinnest veil of the ground on which text and accent can be read."""
    ground = Image.new("RGB", picture.size, colours.ground)
    for density in _VEILS:
        mixed = Image.blend(picture, ground, density)
        if all(
            contrast(colours.text, below) >= TEXT_CONTRAST and contrast(colours.accent, below) >= GRAPHIC_CONTRAST
            for below in extremes(mixed)
        ):
            return mixed
    return ground


def extremes(picture: Image.Image) -> list[Colour]:
    """Return the darkest and the brightest colour that could stand in ``picture``: each channel's end."""
    bands = [band.getextrema() for band in picture.split()]
    low, high = tuple(int(band[0]) for band in bands), tuple(int(band[1]) for band in bands)  # type: ignore[arg-type]
    return [(low[0], low[1], low[2]), (high[0], high[1], high[2])]
