"""The page a scene is drawn on: grid, sizes and header, in units of a picture whose short side is 1080.

All margins stay free at every moment of the motion. A drifting page is wider than the video
by its travel, and only what every window shows is drawn on; a zooming page is larger in both
directions, and what the nearest view shows is drawn on. Below ``bottom`` lies the band of the
captions, which nothing else enters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

from PIL import Image

from ytempire.content.canvas import BOLD, REGULAR, Canvas
from ytempire.content.frames import Frame
from ytempire.content.palettes import Colour, Palette

SMALL, BODY, TITLE, LARGE, DISPLAY = 28, 40, 56, 80, 120
GREAT, HERO = 180, 240  # beyond the scale, for a number that stands alone
LINE = 1.26

__all__ = [
    "BODY",
    "BOLD",
    "DISPLAY",
    "FADE",
    "GREAT",
    "HERO",
    "LARGE",
    "LINE",
    "REGULAR",
    "SMALL",
    "TITLE",
    "Drawer",
    "Enter",
    "Header",
    "Motion",
    "Page",
    "grow",
    "rise",
]


@dataclass(frozen=True)
class Enter:
    """How a still takes the place of the one before it, and how long that lasts (seconds)."""

    how: Literal["fade", "wipe_right", "wipe_up"]
    seconds: float


FADE = Enter("fade", 0.4)
Drawer = Callable[["Page", Any], Iterator[Enter]]


def grow(seconds: float) -> Enter:
    """Uncovered from left to right: a line draws itself, bars grow."""
    return Enter("wipe_right", seconds)


def rise(seconds: float) -> Enter:
    """Uncovered from below: columns grow."""
    return Enter("wipe_up", seconds)


@dataclass(frozen=True)
class Header:
    """What stands in small type at the top: whose video it is, and where its numbers come from."""

    channel: str
    source: str


@dataclass(frozen=True)
class Motion:
    """How the window moves over the page, and over how many pixels."""

    name: Literal["drift_left", "drift_right", "zoom_in", "zoom_out"]
    travel_px: int

    @property
    def zooms(self) -> bool:
        """Whether the window changes its size."""
        return self.name.startswith("zoom")

    def page_px(self, frame: Frame) -> tuple[int, int]:
        """Width and height of the stills of a scene that moves so."""
        width = frame.width_px + self.travel_px
        if not self.zooms:
            return width, frame.height_px
        return width, round(frame.height_px * (1 + self.travel_px / frame.width_px))


class Page(Canvas):
    """A canvas with the grid of our videos. ``picture`` fills it instead of the palette's ground."""

    def __init__(
        self,
        frame: Frame,
        motion: Motion,
        colours: Palette,
        family: str,
        header: Header | None,
        picture: Image.Image | None = None,
    ) -> None:
        unit = frame.pixels_per_unit
        width, height = motion.page_px(frame)
        origin = ((width - frame.width_px) // 2, (height - frame.height_px) // 2) if motion.zooms else (0, 0)
        super().__init__(width, height, unit, colours, family, origin)
        if picture is not None:
            self.image.paste(picture, (0, 0))
        self.frame = frame
        self.left = frame.left + (0 if motion.zooms else motion.travel_px / unit)
        self.right = frame.right
        self.top, self.bottom = frame.top, frame.bottom
        if header is not None and picture is None:
            self.header(header)

    @property
    def width(self) -> float:
        """Room between the margins."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Room between the header and the band of the captions."""
        return self.bottom - self.top

    @property
    def wide(self) -> bool:
        """Whether things may stand beside each other: 16:9, not 9:16 and 1:1."""
        return self.frame.aspect_ratio == "16:9"

    @property
    def tall(self) -> bool:
        """Whether the frame is 9:16."""
        return self.frame.aspect_ratio == "9:16"

    @property
    def header_baseline(self) -> float:
        """Where the header stands: its letters begin a twentieth of the height below the upper edge."""
        return 126 if self.tall else 106

    def header(self, header: Header, source_colour: Colour | None = None) -> None:
        """Draw whose video it is at the left, and the source at the right, muted unless a colour is given."""
        right = self.measure(header.source, SMALL, REGULAR)
        name = self.fit(header.channel, SMALL, BOLD, self.width - right - 60)[0] if header.channel else ""
        baseline = self.header_baseline
        self.box(self.left, baseline - 24, self.left + 10, baseline + 4, self.colours.accent)
        self.text(self.left + 26, baseline, name, SMALL, BOLD, self.colours.text)
        colour = source_colour or self.colours.muted
        self.text(self.right, baseline, header.source, SMALL, REGULAR, colour, align="right")

    def size_for(self, text: str, weight: str, room: float, sizes: tuple[int, ...], *, lines: int = 2) -> int:
        """Return the first of ``sizes`` in which ``text`` fits ``lines`` lines uncut, else the last."""
        for size in sizes:
            if not self.fit(text, size, weight, room, lines=lines)[-1].endswith("…"):
                return size
        return sizes[-1]

    def block(
        self,
        x: float,
        baseline: float,
        text: str,
        size: int,
        weight: str,
        colour: Colour,
        room: float,
        *,
        lines: int = 2,
        align: str = "left",
    ) -> float:
        """Draw ``text`` in at most ``lines`` lines and return the baseline that follows them."""
        for line in self.fit(text, size, weight, room, lines=lines):
            self.text(x, baseline, line, size, weight, colour, align=align)
            baseline += size * LINE
        return baseline
