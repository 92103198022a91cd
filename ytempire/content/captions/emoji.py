"""Emoji as layers of flat colour: libass draws outlines only, and an emoji font has none.

The bitmap of the emoji font is cut down to a few colours. Each colour becomes a shape of
rectangles that also covers everything drawn above it, so that no seam shows between two.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from ytempire.content import fonts
from ytempire.content.palettes import Colour

COLOURS = 12
_OPAQUE = 128
_SMOOTHED_PX = 5


@dataclass(frozen=True)
class Drawing:
    """An emoji of ``width`` by ``height``, in pixels of the emoji font: its layers, lowest first."""

    width: int
    height: int
    layers: tuple[tuple[Colour, str], ...]


@lru_cache(maxsize=64)
def drawing(text: str) -> Drawing:
    """Return ``text`` (one or more emoji) as shapes in the drawing language of ASS."""
    picture, _ = fonts.emoji_picture(text)
    pixels = np.asarray(picture)
    opaque = pixels[:, :, 3] >= _OPAQUE
    flat = Image.fromarray(pixels[:, :, :3]).quantize(
        COLOURS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE
    )
    table, labels = flat.getpalette() or [], np.asarray(flat.filter(ImageFilter.ModeFilter(_SMOOTHED_PX)))
    counts = np.bincount(labels[opaque], minlength=COLOURS) if opaque.any() else np.zeros(COLOURS, int)
    order = [int(label) for label in np.argsort(-counts, kind="stable") if counts[label]]
    corners = f"m 0 0 l 0 0 m {picture.width} {picture.height} l {picture.width} {picture.height} "
    layers = []
    for number, label in enumerate(order):
        covered = opaque & np.isin(labels, order[number:])
        colour = table[3 * label], table[3 * label + 1], table[3 * label + 2]
        layers.append((colour, corners + _rectangles(covered)))
    return Drawing(picture.width, picture.height, tuple(layers))


def _rectangles(covered: NDArray[np.bool_]) -> str:
    """Return the covered pixels as rectangles: runs of a row, as far down as the same run goes on."""
    shapes: list[str] = []
    standing: dict[tuple[int, int], int] = {}
    for row in range(covered.shape[0] + 1):
        here = _runs(covered[row]) if row < len(covered) else set()
        for (left, right), top in list(standing.items()):
            if (left, right) not in here:
                shapes.append(f"m {left} {top} l {right} {top} {right} {row} {left} {row}")
                del standing[(left, right)]
        for run in here:
            standing.setdefault(run, row)
    return " ".join(sorted(shapes))


def _runs(row: NDArray[np.bool_]) -> set[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(row.astype(np.int8), prepend=0, append=0)).tolist()
    return set(zip(edges[::2], edges[1::2], strict=True))
