"""The three roots that files lie under: folders, or addresses of object stores, behind fsspec.

S3 is reached through Arrow's own file system; its keys and its address come
from the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL).
"""

from __future__ import annotations

import errno
import hashlib
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ytempire.errors import DiskFull, InvalidInput
from ytempire.settings import Settings

if TYPE_CHECKING:
    from fsspec import AbstractFileSystem

TIERS = ("hot", "warm", "cold")
_BLOCK_BYTES = 1 << 20
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def root_of(settings: Settings, tier: str) -> str | None:
    """The address of a tier's root, without a slash at its end; None where the tier is not in use."""
    if tier == "hot":
        return str(settings.media_root.resolve())
    root = settings.tiers.warm_root if tier == "warm" else settings.tiers.cold_root
    if root is None:
        return None
    return root.rstrip("/") if "://" in root else str(Path(root).resolve())


def locate(address: str) -> tuple[AbstractFileSystem, str]:
    """Return the file system of an address and the path within it. Raises InvalidInput for an unknown kind."""
    import fsspec

    if address.startswith("s3://"):
        from fsspec.implementations.arrow import ArrowFSWrapper
        from pyarrow.fs import FileSystem

        found, path = FileSystem.from_uri(address)
        return ArrowFSWrapper(found), path
    try:
        filesystem, path = fsspec.core.url_to_fs(address)
    except (ValueError, ImportError) as error:
        raise InvalidInput("YTEMPIRE_TIERS", f"{address}: {error}", "Name a folder or an s3:// address.") from error
    return filesystem, path


def files_below(address: str) -> dict[str, int]:
    """Return the files below an address: path relative to it, and size in bytes. Nothing there is no file."""
    filesystem, base = locate(address)
    if not filesystem.exists(base):
        return {}
    found = filesystem.find(base, detail=True)
    return {path.removeprefix(base).lstrip("/"): int(info["size"]) for path, info in sorted(found.items())}


def copy_file(source: str, target: str) -> str:
    """Copy a file and return its SHA-256 (hex), read from the source; an incomplete copy is removed.

    Raises DiskFull when there is no room for it.
    """
    from_system, from_path = locate(source)
    to_system, to_path = locate(target)
    digest = hashlib.sha256()
    to_system.makedirs(to_path.rpartition("/")[0], exist_ok=True)
    try:
        with from_system.open(from_path, "rb") as old, to_system.open(to_path, "wb") as new:
            while block := old.read(_BLOCK_BYTES):
                digest.update(block)
                new.write(block)
            _to_disk(new)
    except OSError as error:
        with suppress(OSError):
            to_system.rm_file(to_path)
        if error.errno in _NO_ROOM:
            raise DiskFull(
                f"no room for {target}: {error.strerror}. Free space there; the next run goes on."
            ) from error
        raise
    return digest.hexdigest()


def sha256_of(address: str) -> str:
    """Read a file and return its SHA-256 (hex)."""
    filesystem, path = locate(address)
    digest = hashlib.sha256()
    with filesystem.open(path, "rb") as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def remove_file(address: str) -> None:
    """Remove a file, and the folders above it that are empty then, up to the job's; one that is gone is no error."""
    filesystem, path = locate(address)
    with suppress(FileNotFoundError):
        filesystem.rm_file(path)
    folder = path
    while "/jobs/" in (folder := folder.rpartition("/")[0]):
        try:
            filesystem.rmdir(folder)
        except OSError:
            return


def exists(address: str) -> bool:
    """Whether there is a file at an address."""
    filesystem, path = locate(address)
    return bool(filesystem.exists(path))


def _to_disk(file: Any) -> None:
    """Wait until a local file is on the disk: the old copy goes only after it."""
    file.flush()
    if descriptor := getattr(file, "fileno", None):
        with suppress(OSError, AttributeError):
            os.fsync(descriptor())
