"""A picture in units of its own: text in any script, boxes, discs, lines with smooth edges."""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw

from ytempire.content import fonts
from ytempire.content.palettes import Colour, Palette

BOLD, REGULAR = "bold", "regular"
SUPERSAMPLING = 3


class Canvas:
    """A picture filled with the palette's ground. Lengths are in units of ``pixels_per_unit``."""

    def __init__(self, width_px: int, height_px: int, pixels_per_unit: float, colours: Palette, family: str) -> None:
        self._unit = pixels_per_unit
        self._family = family
        self.colours = colours
        self.image = Image.new("RGB", (width_px, height_px), colours.ground)

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
            (start, baseline * self._unit),
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

    def measure(self, text: str, size: int, weight: str) -> float:
        """Return the width of ``text``."""
        return fonts.width(text, self._family, weight, round(size * self._unit)) / self._unit

    def largest(self, text: str, weight: str, room: float, sizes: Sequence[int]) -> int:
        """Return the first of ``sizes`` in which ``text`` fits ``room``, else the last."""
        return next((size for size in sizes if self.measure(text, size, weight) <= room), sizes[-1])

    def box(self, x0: float, y0: float, x1: float, y1: float, colour: Colour, *, radius: float = 0.0) -> None:
        """Fill a rectangle, with rounded corners if asked for."""
        left, top, right, bottom = (round(value * self._unit) for value in (x0, y0, x1, y1))
        size = (max(1, right - left), max(1, bottom - top))
        if not radius:
            self.image.paste(colour, (left, top, left + size[0], top + size[1]))
            return
        scale = SUPERSAMPLING
        mask = Image.new("L", (size[0] * scale, size[1] * scale), 0)
        edge = (0, 0, mask.width - 1, mask.height - 1)
        ImageDraw.Draw(mask).rounded_rectangle(edge, radius=radius * self._unit * scale, fill=255)
        self.image.paste(colour, (left, top, left + size[0], top + size[1]), mask.reduce(scale))

    def disc(self, x: float, y: float, radius: float, colour: Colour) -> None:
        """Fill a circle with a smooth edge."""
        side = max(1, round(2 * radius * self._unit))
        mask = Image.new("L", (side * SUPERSAMPLING, side * SUPERSAMPLING), 0)
        ImageDraw.Draw(mask).ellipse((0, 0, mask.width - 1, mask.height - 1), fill=255)
        mask = mask.resize((side, side), Image.Resampling.LANCZOS)
        corner = round((x - radius) * self._unit), round((y - radius) * self._unit)
        self.image.paste(colour, (*corner, corner[0] + side, corner[1] + side), mask)

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
        mask = mask.reduce(SUPERSAMPLING)
        corner = round(x0 * self._unit), round(y0 * self._unit)
        self.image.paste(colour, (*corner, corner[0] + mask.width, corner[1] + mask.height), mask)
