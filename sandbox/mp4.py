"""What the boxes of an MP4 file say about it: how long it is and how large its picture (ISO/IEC 14496-12)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_MAXIMUM_MOOV_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class MovieHeader:
    """Length in seconds and size of the largest track in pixels."""

    duration_seconds: float
    width: int
    height: int


def read_movie_header(path: Path) -> MovieHeader | None:
    """The header of an MP4 file; None where the file is none or is broken."""
    try:
        with path.open("rb") as file:
            movie = _movie_box(file, path.stat().st_size)
        return None if movie is None else _header(movie)
    except (struct.error, ValueError):
        return None


def _movie_box(file: BinaryIO, size: int) -> bytes | None:
    position = 0
    while position + 8 <= size:
        file.seek(position)
        length, kind = struct.unpack(">I4s", file.read(8))
        header = 8
        if length == 1:
            (length,) = struct.unpack(">Q", file.read(8))
            header = 16
        elif length == 0:
            length = size - position
        if length < header or position + length > size:
            return None
        if kind == b"moov":
            return file.read(length - header) if length <= _MAXIMUM_MOOV_BYTES else None
        position += length
    return None


def _boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = 0
    while position + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        if length < 8:
            return
        yield kind, data[position + 8 : position + length]
        position += length


def _header(movie: bytes) -> MovieHeader | None:
    seconds: float | None = None
    width = height = 0
    for kind, content in _boxes(movie):
        if kind == b"mvhd":
            seconds = _seconds(content)
        elif kind == b"trak":
            for inner, track in _boxes(content):
                if inner == b"tkhd":
                    wide, high = struct.unpack(">II", track[-8:])
                    width, height = max(width, wide >> 16), max(height, high >> 16)
    return None if seconds is None else MovieHeader(seconds, width, height)


def _seconds(content: bytes) -> float | None:
    layout, start = (">IQ", 20) if content[:1] == b"\x01" else (">II", 12)
    scale, duration = struct.unpack_from(layout, content, start)
    return duration / scale if scale else None
