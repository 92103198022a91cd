"""The shapes a video can have, with what must stay free in each.

Lengths are in units: the short side of every frame is 1080 units, whatever its size in
pixels. On 9:16 the app's buttons cover the lowest fifth and the right eighth.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ytempire.settings import ContentSettings

AspectRatio = Literal["16:9", "9:16", "1:1"]
SHORT_SIDE_UNITS = 1080


@dataclass(frozen=True)
class Frame:
    """A frame in pixels, and its zones in units.

    Scenes are drawn between ``left`` and ``right``, ``top`` and ``bottom``; the captions have the
    band from ``captions_top`` to ``captions_bottom`` for themselves, in lines of ``caption_letters``.
    """

    aspect_ratio: AspectRatio
    width_px: int
    height_px: int
    left: float
    right: float
    top: float
    bottom: float
    captions_top: float
    captions_bottom: float
    caption_letters: int

    @property
    def pixels_per_unit(self) -> float:
        """Pixels of one unit."""
        return min(self.width_px, self.height_px) / SHORT_SIDE_UNITS

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height."""
        return self.width_px, self.height_px


def frame(aspect_ratio: AspectRatio, settings: ContentSettings) -> Frame:
    """Return the frame of ``aspect_ratio`` at the size of the settings."""
    short = settings.short_side_px
    long = round(short * 16 / 9 / 2) * 2
    if aspect_ratio == "16:9":
        return Frame("16:9", long, short, 96, 1824, 150, 820, 846, 1026, 42)
    if aspect_ratio == "9:16":
        return Frame("9:16", short, long, 54, 950, 150, 1270, 1300, 1536, 24)
    return Frame("1:1", short, short, 54, 1026, 150, 820, 846, 1026, 32)
