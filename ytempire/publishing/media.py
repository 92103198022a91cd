"""The file of an upload, read once, and held against what was prepared before its last bytes leave."""

from __future__ import annotations

import hashlib
from concurrent.futures import Future, ThreadPoolExecutor
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
    """A file that is handed out in chunks, hashed on the way, each while the one before it is being sent.

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
        # The hash of all bytes before each position that was read from.
        self._hashes = {0: hashlib.sha256()}
        self._reader = ThreadPoolExecutor(1, thread_name_prefix="media")
        self._ahead: tuple[tuple[int, int], Future[bytes]] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._reader.shutdown(cancel_futures=True)
        self._file.close()

    def chunk(self, start: int, size: int) -> bytes:
        """Return at most ``size`` bytes from ``start`` on, and begin to read those that follow."""
        if self._ahead is None or self._ahead[0] != (start, size):
            self._ahead = (start, size), self._reader.submit(self._read, start, size)
        data = self._ahead[1].result()
        after = start + len(data)
        if after < self._total_bytes:
            self._ahead = (after, size), self._reader.submit(self._read, after, size)
        return data

    def _read(self, start: int, size: int) -> bytes:
        digest = self._hash_before(start)
        self._file.seek(start)
        data = self._file.read(size)
        digest.update(data)
        after = start + len(data)
        if not data or (after == self._total_bytes and digest.hexdigest() != self._sha256):
            raise self._wrong("is not the file that was prepared")
        self._hashes[after] = digest
        return data

    def _hash_before(self, start: int) -> hashlib._Hash:
        """Hash what another process has sent; what this one has is known."""
        known = max(position for position in self._hashes if position <= start)
        digest = self._hashes[known].copy()
        self._file.seek(known)
        while known < start:
            block = self._file.read(min(_BLOCK_BYTES, start - known))
            if not block:
                raise self._wrong("has become shorter")
            digest.update(block)
            known += len(block)
        return digest

    def _wrong(self, problem: str) -> InvalidInput:
        return InvalidInput("media_path", f"{self._path} {problem}", "Assemble it again.")
