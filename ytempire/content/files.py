"""Files of a video: written whole or not at all, and a full disk called by its name."""

from __future__ import annotations

import errno
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
        partial.write_text(text, encoding="utf-8")
        partial.replace(path)
