"""The size of an image from its first bytes, and whether it is one that YouTube takes as a thumbnail."""

from __future__ import annotations

import struct
from pathlib import Path

_FRAME_MARKERS = frozenset({*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0)})


def image_size(path: Path) -> tuple[int, int] | None:
    """Width and height in pixels of a PNG or JPEG file; None for anything else."""
    data = path.read_bytes()
    try:
        if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR":
            width, height = struct.unpack_from(">II", data, 16)
            return (width, height) if data.rstrip(b"\0").endswith(b"IEND\xaeB`\x82") else None
        return _jpeg_size(data) if data.startswith(b"\xff\xd8\xff") else None
    except struct.error:
        return None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    position = 2
    while position + 9 < len(data):
        marker, length = struct.unpack_from(">xBH", data, position)
        if data[position] != 0xFF or length < 2:
            return None
        if marker in _FRAME_MARKERS:
            height, width = struct.unpack_from(">HH", data, position + 5)
            return width, height
        position += 2 + length
    return None
