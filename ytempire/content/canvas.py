"""A picture in units of its own: text in any script, boxes, discs, lines with smooth edges.

Only what needs a smooth edge is drawn larger and brought down: the corners of a box, the
bounding box of a line. The masks of corners and discs are kept, for they come again and again.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from PIL import Image, ImageDraw

from ytempire.content import fonts
from ytempire.content.palettes import Colour, Palette

BOLD, REGULAR = "bold", "regular"
SUPERSAMPLING = 3


class Canvas:
    """A picture filled with the palette's ground. Lengths are in units of ``pixels_per_unit``.

    ``origin_px`` is the pixel at which the units begin.
    """

    def __init__(
        self,
        width_px: int,
        height_px: int,
        pixels_per_unit: float,
        colours: Palette,
        family: str,
        origin_px: tuple[int, int] = (0, 0),
    ) -> None:
        self._unit = pixels_per_unit
        self._family = family
        self._origin = origin_px
        self.colours = colours
        self.image = Image.new("RGB", (width_px, height_px), colours.ground)

    def pixel(self, x: float, y: float) -> tuple[int, int]:
        """Return the pixel at which the point ``x``, ``y`` lies."""
        return self._origin[0] + round(x * self._unit), self._origin[1] + round(y * self._unit)

    def text(
        self,
        x: float,
        baseline: float,
        text: str,
        size: int,
        weight: str,
        colour: Colour,
        *,
        align: str = "left",
        tabular: bool = False,
    ) -> float:
        """Draw one line and return its width. ``align``: which end of the line stands at ``x``."""
        pixels = round(size * self._unit)
        long = fonts.width(text, self._family, weight, pixels, tabular=tabular)
        start = x * self._unit - {"left": 0.0, "right": long, "centre": long / 2}[align]
        fonts.draw(
            self.image,
            (self._origin[0] + start, self._origin[1] + baseline * self._unit),
            text,
            self._family,
            weight,
            pixels,
            colour,
            tabular=tabular,
        )
        return long / self._unit

    def fit(self, text: str, size: int, weight: str, room: float, *, lines: int = 1) -> list[str]:
        """Break ``text`` into at most ``lines`` lines that fit ``room``."""
        return fonts.fit(text, self._family, weight, round(size * self._unit), room * self._unit, lines=lines) or [""]

    def measure(self, text: str, size: int, weight: str, *, tabular: bool = False) -> float:
        """Return the width of ``text``."""
        return fonts.width(text, self._family, weight, round(size * self._unit), tabular=tabular) / self._unit

    def largest(self, text: str, weight: str, room: float, sizes: Sequence[int]) -> int:
        """Return the first of ``sizes`` in which ``text`` fits ``room``, else the last."""
        return next((size for size in sizes if self.measure(text, size, weight) <= room), sizes[-1])

    def box(self, x0: float, y0: float, x1: float, y1: float, colour: Colour, *, radius: float = 0.0) -> None:
        """Fill a rectangle, with rounded corners if asked for."""
        left, top = self.pixel(x0, y0)
        right, bottom = self.pixel(x1, y1)
        right, bottom = max(right, left + 1), max(bottom, top + 1)
        round_px = min(round(radius * self._unit), (right - left) // 2, (bottom - top) // 2)
        if round_px < 1:
            self.image.paste(colour, (left, top, right, bottom))
            return
        self.image.paste(colour, (left + round_px, top, right - round_px, bottom))
        self.image.paste(colour, (left, top + round_px, right, bottom - round_px))
        disc = _disc(2 * round_px)
        for x, across in ((left, 0), (right - round_px, round_px)):
            for y, down in ((top, 0), (bottom - round_px, round_px)):
                corner = disc.crop((across, down, across + round_px, down + round_px))
                self.image.paste(colour, (x, y), corner)

    def picture(self, picture: Image.Image, x: float, y: float, *, radius: float = 0.0) -> None:
        """Lay a picture on, with its upper left corner at ``x``, ``y`` and with rounded corners."""
        round_px = max(1, round(radius * self._unit))
        mask, disc = Image.new("L", picture.size, 255), _disc(2 * round_px)
        for left, across in ((0, 0), (picture.width - round_px, round_px)):
            for top, down in ((0, 0), (picture.height - round_px, round_px)):
                mask.paste(disc.crop((across, down, across + round_px, down + round_px)), (left, top))
        self.image.paste(picture, self.pixel(x, y), mask)

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """Fill a circle with a smooth edge."""
        self.image.paste(colour, self.pixel(x - radius, y - radius), _disc(max(1, round(2 * radius * self._unit))))

    def line(self, points: Sequence[tuple[float, float]], thickness: float, colour: Colour) -> None:
        """Draw a line through ``points`` with smooth edges and round joints."""
        self._shape(points, colour, thickness)

    def area(self, points: Sequence[tuple[float, float]], colour: Colour) -> None:
        """Fill the polygon of ``points`` with smooth edges."""
        self._shape(points, colour, None)

    def _shape(self, points: Sequence[tuple[float, float]], colour: Colour, thickness: float | None) -> None:
        pad = (thickness or 0) + 4
        x0, y0 = min(x for x, _ in points) - pad, min(y for _, y in points) - pad
        x1, y1 = max(x for x, _ in points) + pad, max(y for _, y in points) + pad
        scale = self._unit * SUPERSAMPLING
        size = (max(1, round((x1 - x0) * self._unit)), max(1, round((y1 - y0) * self._unit)))
        mask = Image.new("L", (size[0] * SUPERSAMPLING, size[1] * SUPERSAMPLING), 0)
        pen = ImageDraw.Draw(mask)
        path = [((x - x0) * scale, (y - y0) * scale) for x, y in points]
        if thickness is None:
            pen.polygon(path, fill=255)
        else:
            pen.line(path, fill=255, width=round(thickness * scale), joint="curve")
            radius = thickness * scale / 2
            for x, y in path:
                pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=255)
        self.image.paste(colour, self.pixel(x0, y0), mask.reduce(SUPERSAMPLING))


@lru_cache(maxsize=64)
def _disc(side_px: int) -> Image.Image:
    """The mask of a circle of that diameter."""
    mask = Image.new("L", (side_px * SUPERSAMPLING, side_px * SUPERSAMPLING), 0)
    ImageDraw.Draw(mask).ellipse((0, 0, mask.width - 1, mask.height - 1), fill=255)
    return mask.reduce(SUPERSAMPLING)
