"""What makes a picture from outside usable, and what makes two pictures the same."""

from __future__ import annotations

import io
import warnings
from itertools import pairwise

from PIL import Image, ImageOps, ImageStat, UnidentifiedImageError

from ytempire.errors import ProviderUnavailable

MOST_PIXELS = 60_000_000
LARGEST_BYTES = 40_000_000
MOST_ENLARGED = 2.5
"""An SDXL picture of 1344 x 768 must be enlarged 1.5 times for a frame of 1920 x 1080."""
FLATTEST = 6.0
REPEAT_BITS = 8
"""Two pictures whose fingerprints differ in at most so many of 64 bits are one picture."""
_FORMS = ("PNG", "JPEG", "WEBP")


def read_picture(data: bytes, size_px: tuple[int, int]) -> Image.Image:
    """Decode ``data`` and cut it, around its middle, to ``size_px``.

    Raises ProviderUnavailable for what is no PNG, JPEG or WebP, is too large to decode safely, too
    small for the size, or all of one colour.
    """
    if len(data) > LARGEST_BYTES:
        raise ProviderUnavailable(f"a picture of {len(data)} bytes")
    try:
        with warnings.catch_warnings():
            # Our own limit on pixels is checked before anything is decoded.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=_FORMS)
            if image.width * image.height > MOST_PIXELS:
                raise ProviderUnavailable(f"a picture of {image.width} x {image.height} pixels")
            scale = max(size_px[0] / image.width, size_px[1] / image.height)
            if scale > MOST_ENLARGED:
                raise ProviderUnavailable(f"a picture of only {image.width} x {image.height} pixels")
            image.draft("RGB", (round(size_px[0] * 1.2), round(size_px[1] * 1.2)))
            picture = ImageOps.exif_transpose(image).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError) as error:
        raise ProviderUnavailable(f"no picture: {type(error).__name__}") from None
    if max(ImageStat.Stat(picture.resize((64, 64), Image.Resampling.BOX)).stddev) < FLATTEST:
        raise ProviderUnavailable("a picture of one colour")
    return ImageOps.fit(picture, size_px, Image.Resampling.BICUBIC)


def fingerprint(picture: Image.Image, columns: int = 8, rows: int = 8) -> int:
    """Return the difference hash: for each cell whether it is brighter than the one at its right.

    Alike for pictures that look alike at that coarseness, whatever their size or encoding
    (N. Krawetz, "Kind of like that", 2013).
    """
    small = picture.convert("L").resize((columns + 1, rows), Image.Resampling.BOX)
    cells = small.tobytes()
    bits = 0
    for row in range(rows):
        line = cells[row * (columns + 1) : (row + 1) * (columns + 1)]
        for left, right in pairwise(line):
            bits = bits << 1 | (left > right)
    return bits


def distance(one: int, other: int) -> int:
    """Return in how many bits two fingerprints differ."""
    return (one ^ other).bit_count()
