"""The file of an upload, read once, and held against what was prepared before its last bytes leave."""

from __future__ import annotations

import io
from pathlib import Path
from types import TracebackType
from typing import Self

from blake3 import blake3

from ytempire.errors import InvalidInput

_BLOCK_BYTES = 1 << 20


class Media:
    """A file that is sent in chunks, held against the BLAKE3 ``digest`` that it was prepared with.

    Nothing of it is kept in memory, and no byte of it is read for its hash alone.
    """

    def __init__(self, path: Path, *, total_bytes: int, digest: str) -> None:
        self._path = path
        self._total_bytes = total_bytes
        self._prepared = digest
        try:
            self._file = path.open("rb", buffering=0)
        except OSError as error:
            raise self._wrong(f"cannot be read: {error.strerror}") from error
        if path.stat().st_size != total_bytes:
            self._file.close()
            raise self._wrong("is not the file that was prepared")
        # The hash of all bytes before each position that was read to.
        self._hashes = {0: blake3()}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()

    def chunk(self, start: int, size: int) -> Chunk:
        """Return the ``size`` bytes from ``start`` on, to be read while they are sent."""
        return Chunk(self, start, size)

    def read(self, position: int, size: int) -> bytes:
        """Return at most ``size`` bytes from ``position`` on. Raises InvalidInput where there are none."""
        self._file.seek(position)
        data = self._file.read(size)
        if not data:
            raise self._wrong("has become shorter")
        return data

    def hash_before(self, position: int) -> blake3:
        """Return the hash of all bytes before ``position``, reading those that another process has sent."""
        known = max(noted for noted in self._hashes if noted <= position)
        digest = self._hashes[known].copy()
        while known < position:
            block = self.read(known, min(_BLOCK_BYTES, position - known))
            digest.update(block)
            known += len(block)
        return digest

    def note_hash(self, position: int, digest: blake3) -> None:
        """Keep the hash of all bytes before ``position``. Raises InvalidInput when the whole is another file."""
        if position == self._total_bytes and digest.hexdigest() != self._prepared:
            raise self._wrong("is not the file that was prepared")
        self._hashes[position] = digest

    def _wrong(self, problem: str) -> InvalidInput:
        return InvalidInput("media_path", f"{self._path} {problem}", "Assemble it again.")


class Chunk:
    """A part of a file as the body of a request (:class:`ytempire.youtube.transport.Body`), hashed as it is read.

    The last bytes of a file that is not the one that was prepared are not handed out (InvalidInput): the request
    breaks off, and no video can come into being.
    """

    def __init__(self, media: Media, start: int, size: int) -> None:
        self._media = media
        self._start = start
        self._end = start + size
        self.seek(0)

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, at most ``size`` of them; none at the end."""
        left = self._end - self._position
        if left == 0:
            return b""
        data = self._media.read(self._position, min(size, left))
        self._digest.update(data)
        self._position += len(data)
        if self._position == self._end:
            self._media.note_hash(self._end, self._digest)
        return data

    def tell(self) -> int:
        """Return how much of it was read."""
        return self._position - self._start

    def seek(self, offset: int, /) -> int:
        """Go back to its beginning: it is sent again with a fresh access token."""
        if offset:
            raise io.UnsupportedOperation("a chunk is read from its beginning")
        self._position = self._start
        self._digest = self._media.hash_before(self._start)
        return offset
