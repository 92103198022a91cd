"""Pictures as the encoder wants them: 4:2:0, BT.709, limited range, one array a plane."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from ytempire.errors import InvalidInput

Plane = NDArray[np.uint8]

# From full-range RGB to limited-range Y'CbCr (ITU-R BT.709-6, 3.2 and 3.4), last column the offset.
_KR, _KB = 0.2126, 0.0722
_RGB_TO_YCBCR = np.array(
    [
        [219 / 255 * _KR, 219 / 255 * (1 - _KR - _KB), 219 / 255 * _KB],
        [-112 / 255 * _KR / (1 - _KB), -112 / 255 * (1 - _KR - _KB) / (1 - _KB), 112 / 255],
        [112 / 255, -112 / 255 * (1 - _KR - _KB) / (1 - _KR), -112 / 255 * _KB / (1 - _KR)],
    ]
)
_OFFSETS = np.array([[16.0], [128.0], [128.0]])
FROM_RGB = np.hstack([_RGB_TO_YCBCR, _OFFSETS]).astype(np.float32)
FROM_PREMULTIPLIED_RGBA = np.hstack([_RGB_TO_YCBCR, _OFFSETS / 255]).astype(np.float32)

cv2.setNumThreads(1)  # The encoder has the cores; what is done here is short.


@dataclass(frozen=True)
class Planes:
    """A picture of even width and height: ``y`` (height x width), ``u`` and ``v`` at half of both."""

    y: Plane
    u: Plane
    v: Plane

    @property
    def all(self) -> tuple[Plane, Plane, Plane]:
        """The three planes in the order in which they are encoded."""
        return self.y, self.u, self.v


def view(buffer: Plane, width_px: int, height_px: int) -> Planes:
    """Return the planes that lie one after another in ``buffer`` (width x height x 3 / 2 bytes)."""
    whole, quarter = width_px * height_px, width_px * height_px // 4
    half = (height_px // 2, width_px // 2)
    return Planes(
        buffer[:whole].reshape(height_px, width_px),
        buffer[whole : whole + quarter].reshape(half),
        buffer[whole + quarter : whole + 2 * quarter].reshape(half),
    )


def empty(width_px: int, height_px: int) -> Planes:
    """Return a picture whose content is undefined."""
    return view(np.empty(width_px * height_px * 3 // 2, np.uint8), width_px, height_px)


def load(path: Path) -> Planes:
    """Read a picture file; an odd last row or column is left out. Raises InvalidInput when it is none."""
    try:
        with Image.open(path) as opened:
            picture = np.asarray(opened.convert("RGB"))
    except (OSError, UnidentifiedImageError) as error:
        raise InvalidInput("still", f"{path.name} is no picture that can be read", "Draw the scenes again.") from error
    height, width = picture.shape[0] // 2 * 2, picture.shape[1] // 2 * 2
    y, u, v = cv2.split(cv2.transform(picture[:height, :width], FROM_RGB))
    return Planes(_u8(y), halved(u), halved(v))


def halved(plane: object) -> Plane:
    """Return a plane at half its width and height, each value the mean of four."""
    source = _u8(plane)
    return _u8(cv2.resize(source, (source.shape[1] // 2, source.shape[0] // 2), interpolation=cv2.INTER_AREA))


def mixed(before: Plane, after: Plane, share: float, out: Plane) -> None:
    """Write ``before`` with ``share`` (0 … 1) of ``after`` into ``out``, which may be one of them."""
    cv2.addWeighted(before, 1 - share, after, share, 0, dst=out)


def _u8(plane: object) -> Plane:
    return np.asarray(plane, dtype=np.uint8)
