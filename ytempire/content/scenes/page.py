"""The page a scene is drawn on: grid, sizes and header, in units of a picture 1080 high.

All sides keep 5 % free. The page is ``travel_px`` wider than the video, because the window
moves over it; what is drawn between ``left`` and ``right`` stays inside the margins at
every moment. Below ``bottom`` lies the band of the captions, which nothing else enters.
"""

from __future__ import annotations

from dataclasses import dataclass

from ytempire.content.canvas import BOLD, REGULAR, Canvas
from ytempire.content.frames import Frame
from ytempire.content.palettes import Palette

SMALL, BODY, TITLE, LARGE, DISPLAY = 28, 40, 56, 80, 120
HERO = 2 * DISPLAY  # one step beyond the scale, for a number that stands alone

__all__ = ["BODY", "BOLD", "DISPLAY", "HERO", "LARGE", "REGULAR", "SMALL", "TITLE", "Header", "Page"]


@dataclass(frozen=True)
class Header:
    """What stands in small type at the top: whose video it is, and where its numbers come from."""

    channel: str
    source: str


class Page(Canvas):
    """A canvas with the grid of our videos."""

    def __init__(self, frame: Frame, travel_px: int, colours: Palette, family: str, header: Header) -> None:
        unit = frame.pixels_per_unit
        super().__init__(frame.width_px + travel_px, frame.height_px, unit, colours, family)
        self.left = frame.left + travel_px / unit
        self.right = frame.right
        self.top, self.bottom = frame.top, frame.bottom
        self._header(header)

    @property
    def width(self) -> float:
        """Room between the margins."""
        return self.right - self.left

    def _header(self, header: Header) -> None:
        room = self.width * 0.6
        name = self.fit(header.channel, SMALL, BOLD, room)[0] if header.channel else ""
        self.box(self.left, 72, self.left + 10, 100, self.colours.accent)
        self.text(self.left + 26, 96, name, SMALL, BOLD, self.colours.text)
        self.text(self.right, 96, header.source, SMALL, REGULAR, self.colours.muted, align="right")
