"""Log files that are older than the retention table allows: found, recorded, removed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ytempire.compliance.deletions import finish_deletion, plan_deletion
from ytempire.database.connection import Connection
from ytempire.errors import InvalidInput
from ytempire.settings import RetentionSettings


@dataclass(frozen=True)
class OldLogs:
    """Log files last written before ``older_than``, and their size."""

    older_than: datetime
    files: tuple[Path, ...]
    size_bytes: int


def old_logs(settings: RetentionSettings, now: datetime) -> OldLogs:
    """Find the old files below ``logs_root``. Raises InvalidInput when that is no folder; links are not followed."""
    older_than = now - timedelta(days=settings.logs_days)
    root = settings.logs_root
    if root is None:
        return OldLogs(older_than, (), 0)
    if not root.is_dir():
        raise InvalidInput("YTEMPIRE_RETENTION__LOGS_ROOT", f"{root} is no folder", "Name the folder of the logs.")
    files = []
    size = 0
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        written = datetime.fromtimestamp(status.st_mtime, UTC)
        if path.is_file() and not path.is_symlink() and written < older_than:
            files.append(path)
            size += status.st_size
    return OldLogs(older_than, tuple(files), size)


def remove_old_logs(connection: Connection, settings: RetentionSettings, *, run_id: str, now: datetime) -> int:
    """Remove the old log files and the folders that are empty then; return how many files went."""
    old = old_logs(settings, now)
    if not old.files:
        return 0
    deletion = plan_deletion(
        connection,
        run_id=run_id,
        policy="operational.logs",
        subject=f"log files in {settings.logs_root}",
        older_than=old.older_than,
        count=len(old.files),
        details={"bytes": old.size_bytes},
    )
    for path in old.files:
        path.unlink(missing_ok=True)
        if path.parent != settings.logs_root:
            with suppress(OSError):
                path.parent.rmdir()
    finish_deletion(connection, deletion, len(old.files))
    return len(old.files)
