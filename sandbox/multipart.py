"""Bodies of type multipart/related: one part of JSON and one file, taken apart on disk."""

from __future__ import annotations

import mmap
import re
from pathlib import Path

from sandbox.google_errors import GoogleError

_BOUNDARY = re.compile(r'boundary="?([^";]+)"?', re.IGNORECASE)


def split_multipart(path: Path, content_type: str) -> tuple[bytes, str]:
    """Take a multipart/related body apart: returns the JSON, leaves only the file in `path`.

    Line ends may be CRLF or, as the Python client writes them, LF.

    Raises:
        GoogleError: 400, the body is not made of two parts.
    """
    boundary = _BOUNDARY.search(content_type)
    if boundary is None or path.stat().st_size == 0:
        raise _malformed()
    delimiter = b"--" + boundary.group(1).encode()
    with path.open("r+b") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as body:
        first = body.find(delimiter)
        second = body.find(b"\n" + delimiter, first + 1)
        last = body.rfind(b"\n" + delimiter + b"--")
        if min(first, second, last) < 0 or last <= second:
            raise _malformed()
        start, end = _content(body, first + len(delimiter), second)
        metadata = bytes(body[start:end])
        head = second + 1 + len(delimiter)
        start, end = _content(body, head, last)
        kind = re.search(rb"(?im)^content-type:\s*([^\r\n]+)", body[head:start])
        whole = path.with_suffix(".part")
        with whole.open("wb") as target:
            for position in range(start, end, 1 << 20):
                target.write(body[position : min(position + (1 << 20), end)])
    whole.replace(path)
    return metadata, kind.group(1).decode("latin-1").strip() if kind else "application/octet-stream"


def _content(body: mmap.mmap, head: int, end: int) -> tuple[int, int]:
    """Where the content of a part lies that begins at `head` and whose last line end is at `end`."""
    if body[end - 1 : end] == b"\r":
        end -= 1
    ends = [(at, length) for mark, length in ((b"\r\n\r\n", 4), (b"\n\n", 2)) if (at := body.find(mark, head)) >= 0]
    at, length = min(ends, default=(end, 0))
    if at > end:
        raise _malformed()
    return at + length, end


def _malformed() -> GoogleError:
    return GoogleError(400, "badRequest", "Malformed multipart body.")
