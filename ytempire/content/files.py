"""Files of a video: written whole or not at all, and a full disk called by its name."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ytempire.errors import DiskFull

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def disk_full_is_named(path: Path) -> Iterator[None]:
    """Turn "no space left" while writing ``path`` into DiskFull; what was partly written is removed."""
    try:
        yield
    except OSError as error:
        if error.errno not in NO_ROOM:
            raise
        path.with_name(f"{path.name}.partial").unlink(missing_ok=True)
        raise DiskFull(f"no room to write {path.name}: {error.strerror}. Free space on its disk and retry.") from error


def write_text(path: Path, text: str) -> None:
    """Write ``text`` as UTF-8, whole or not at all. Raises DiskFull."""
    partial = path.with_name(f"{path.name}.partial")
    with disk_full_is_named(path):
        # Over what is there: room that was reserved is used, not given back and asked for again.
        with partial.open("r+b" if partial.exists() else "wb") as file:
            file.truncate(file.write(text.encode()))
        partial.replace(path)


@contextmanager
def reserve_room(path: Path, size_bytes: int) -> Iterator[None]:
    """Take the room for ``path`` before something dear is asked for, and give back what is not written.

    Raises DiskFull, before the body runs, when there is no room.
    """
    partial = path.with_name(f"{path.name}.partial")
    with disk_full_is_named(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            os.posix_fallocate(file.fileno(), 0, size_bytes)
    try:
        yield
    finally:
        partial.unlink(missing_ok=True)
