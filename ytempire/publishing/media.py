"""The file of an upload, read once, and held against what was prepared before its last bytes leave."""

from __future__ import annotations

import hashlib
from pathlib import Path
from types import TracebackType
from typing import Self

from ytempire.errors import InvalidInput

_BLOCK_BYTES = 1 << 20


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal. Raises InvalidInput when it cannot be read."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise InvalidInput("path", f"{path} cannot be read: {error.strerror}", "Make the file again.") from error


class Media:
    """A file that is handed out in chunks, hashed on the way.

    ``chunk`` raises InvalidInput instead of handing out the last bytes of a file that is not the one that
    was prepared: of such a file no video can come into being.
    """

    def __init__(self, path: Path, *, total_bytes: int, sha256: str) -> None:
        self._path = path
        self._total_bytes = total_bytes
        self._sha256 = sha256
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise self._wrong(f"cannot be read: {error.strerror}") from error
        if path.stat().st_size != total_bytes:
            self._file.close()
            raise self._wrong("is not the file that was prepared")
        self._digest = hashlib.sha256()
        self._hashed_bytes = 0
        self._last_chunk = (0, self._digest.copy())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()

    def chunk(self, start: int, size: int) -> bytes:
        """Return at most ``size`` bytes from ``start`` on."""
        self._hash_up_to(start)
        self._last_chunk = (start, self._digest.copy())
        self._file.seek(start)
        data = self._file.read(size)
        self._digest.update(data)
        self._hashed_bytes = start + len(data)
        if not data or (self._hashed_bytes == self._total_bytes and self._digest.hexdigest() != self._sha256):
            raise self._wrong("is not the file that was prepared")
        return data

    def _hash_up_to(self, start: int) -> None:
        """Hash what another process has sent; the same chunk again goes on from where it began."""
        if start == self._last_chunk[0]:
            self._digest, self._hashed_bytes = self._last_chunk[1].copy(), start
        if start < self._hashed_bytes:
            self._digest, self._hashed_bytes = hashlib.sha256(), 0
        self._file.seek(self._hashed_bytes)
        while self._hashed_bytes < start:
            block = self._file.read(min(_BLOCK_BYTES, start - self._hashed_bytes))
            if not block:
                raise self._wrong("has become shorter")
            self._digest.update(block)
            self._hashed_bytes += len(block)

    def _wrong(self, problem: str) -> InvalidInput:
        return InvalidInput("media_path", f"{self._path} {problem}", "Assemble it again.")
