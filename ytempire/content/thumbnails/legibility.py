"""How readable a thumbnail is and how different two are, measured on their pixels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from ytempire.content.palettes import Colour
from ytempire.content.thumbnails.sheet import Placed

COARSE = (64, 36)
_NEAR_PX = 12
_SAME = 24
_WORST_SHARE = 0.01
_LEVELS = np.arange(256) / 255
_LINEAR = np.where(_LEVELS <= 0.04045, _LEVELS / 12.92, ((_LEVELS + 0.055) / 1.055) ** 2.4)


def luminance(pixels: NDArray[np.uint8]) -> NDArray[np.float64]:
    """Return the relative luminance of sRGB pixels (WCAG 2.2)."""
    found: NDArray[np.float64] = _LINEAR[pixels] @ np.array([0.2126, 0.7152, 0.0722])
    return found


def word_contrast(image: Image.Image, words: Sequence[Placed], text: Colour, *, near_px: int = _NEAR_PX) -> float:
    """Return the contrast of the words to what stands close around their letters (WCAG 2.2).

    It is that of the worst hundredth of the pixels around, so that one stray pixel does not decide;
    the smooth edges of the letters count to neither side.
    """
    pixels = np.asarray(image.convert("RGB"))
    inside = np.zeros(pixels.shape[:2], bool)
    for word in words:
        left, top, right, bottom = word.box
        inside[max(0, top - near_px) : bottom + near_px, max(0, left - near_px) : right + near_px] = True
    letters = inside & (np.abs(pixels - np.array(text, np.int16)).max(axis=2) < _SAME)
    if not letters.any():
        return 1.0
    mask = Image.fromarray(letters).convert("L")
    edges, near = (np.asarray(mask.filter(ImageFilter.BoxBlur(radius))) > 0 for radius in (2, near_px))
    around = luminance(pixels[near & ~edges])
    own = float(np.median(luminance(pixels[letters])))
    ratios = (np.maximum(own, around) + 0.05) / (np.minimum(own, around) + 0.05)
    return float(np.quantile(ratios, _WORST_SHARE))


def difference(one: Image.Image, other: Image.Image) -> float:
    """Return how differently two thumbnails are composed: 1 - structural similarity at 64 x 36, 0 … 2.

    Over windows of 8 x 8 that move by 4 (Wang et al., "Image Quality Assessment", 2004).
    """
    first, second = (
        np.asarray(image.convert("L").resize(COARSE, Image.Resampling.BOX)).astype(float) for image in (one, other)
    )
    x, y = (
        np.lib.stride_tricks.sliding_window_view(side, (8, 8))[::4, ::4].reshape(-1, 64) for side in (first, second)
    )
    mx, my, sx, sy = x.mean(1), y.mean(1), x.var(1), y.var(1)
    both = ((x - mx[:, None]) * (y - my[:, None])).mean(1)
    c1, c2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
    similar = (2 * mx * my + c1) * (2 * both + c2) / ((mx**2 + my**2 + c1) * (sx + sy + c2))
    return float(1 - similar.mean())
