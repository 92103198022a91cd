"""The sheet a thumbnail is drawn on: 1280 x 720, words that are never too small, a corner that stays free."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from ytempire.content.canvas import Canvas
from ytempire.content.palettes import Palette, contrast

WIDTH, HEIGHT = 1280, 720
MARGIN = 56
FREE_CORNER = (1010, 590)
SMALLEST_WORD = 144  # its capitals are 105 high: 14.5 % of 720
HEAVY = "black"
WANTED_CONTRAST = 7.4  # a little more than the 7 that is promised: JPEG moves colours
_AROUND_LETTERS_PX = 18
_AROUND_WORDS_PX = 84
_SCRIM = 0.5


@dataclass(frozen=True)
class Placed:
    """Words as they stand: the text, its box (left, top, right, bottom) and the height of its capitals, in px."""

    text: str
    box: tuple[int, int, int, int]
    capitals: float


class Sheet(Canvas):
    """A canvas of a thumbnail. ``base`` is what it shows before anything is drawn."""

    def __init__(self, colours: Palette, family: str, base: Image.Image | None = None) -> None:
        super().__init__(WIDTH, HEIGHT, 1.0, colours, family)
        if base is not None:
            self.image = base.copy()
        self._base = self.image.copy()
        self.words: list[Placed] = []

    def word(self, x: float, baseline: float, text: str, room: float, largest: int, *, align: str = "left") -> int:
        """Draw ``text`` as large as ``room`` and ``largest`` allow, never too small; return its size."""
        size = self.largest(text, HEAVY, room, [*range(largest, SMALLEST_WORD, -4), SMALLEST_WORD])
        wide = self.text(x, baseline, text, size, HEAVY, self.colours.text, align=align)
        left = x - {"left": 0.0, "right": wide, "centre": wide / 2}[align]
        capitals = 0.727 * size
        self.words.append(
            Placed(text, (int(left), int(baseline - capitals), math.ceil(left + wide), math.ceil(baseline)), capitals)
        )
        return size

    def clear_corner(self) -> None:
        """Bring back what was in the lower right corner: the duration stands there."""
        self.image.paste(self._base.crop((*FREE_CORNER, WIDTH, HEIGHT)), FREE_CORNER)

    def clear_below(self, y: int) -> None:
        """Bring back what was below ``y``."""
        self.image.paste(self._base.crop((0, y, WIDTH, HEIGHT)), (0, y))


def scrimmed(picture: Image.Image, words: list[Placed], colours: Palette) -> Image.Image:
    """Return ``picture`` filling the sheet under a veil of the palette's ground, thick where ``words`` will stand.

    The veil is as thick there as the picture's extremes need for a contrast of 7 to the text.
    """
    cover = ImageOps.fit(picture.convert("RGB"), (WIDTH, HEIGHT), Image.Resampling.LANCZOS)
    core, zone = Image.new("L", cover.size, 0), Image.new("L", cover.size, 0)
    for mask, around in ((core, _AROUND_LETTERS_PX), (zone, _AROUND_WORDS_PX)):
        for word in words:
            left, top, right, bottom = word.box
            ImageDraw.Draw(mask).rectangle((left - around, top - around, right + around, bottom + around), fill=255)
    thick = _thickness(cover, core, colours)
    soft = zone.filter(ImageFilter.GaussianBlur(_AROUND_WORDS_PX * 0.4))
    veil = soft.point([round(255 * (_SCRIM + (thick - _SCRIM) * value / 255)) for value in range(256)])
    return Image.composite(Image.new("RGB", cover.size, colours.ground), cover, veil)


def _thickness(cover: Image.Image, zone: Image.Image, colours: Palette) -> float:
    """The thinnest veil under which the text is readable on the lightest and the darkest pixel of the zone."""
    extremes = [_ends(cover.getchannel(channel), zone) for channel in "RGB"]
    for percent in range(round(100 * _SCRIM), 100):
        share = percent / 100
        ends = [
            tuple(
                round(ground * share + extremes[index][end] * (1 - share))
                for index, ground in enumerate(colours.ground)
            )
            for end in (0, 1)
        ]
        if all(contrast(colours.text, (red, green, blue)) >= WANTED_CONTRAST for red, green, blue in ends):
            return share
    return 1.0


def _ends(channel: Image.Image, zone: Image.Image) -> tuple[int, int]:
    """Return the darkest and the lightest value of ``channel`` inside ``zone``."""
    counts = channel.histogram(zone)
    seen = [value for value, count in enumerate(counts) if count]
    return (seen[0], seen[-1]) if seen else (0, 255)
