"""What must be true before anything starts, each with a sentence that says what to do."""

from __future__ import annotations

import shutil
import socket

from stack.config import StackSettings
from ytempire.errors import InvalidInput, MissingProgram, Permanent
from ytempire.settings import get_settings

PROGRAMS = ("redis-server", "ffmpeg", "ffprobe", "espeak-ng", "java")
NEEDED_BYTES = 3 * 1024**3


def check_programs() -> None:
    """Raise MissingProgram for the first program that is not installed."""
    for program in PROGRAMS:
        if shutil.which(program) is None:
            raise MissingProgram(program)


def check_disk(settings: StackSettings) -> None:
    """Raise Permanent when the disk under ``var/`` has less than 3 GiB left."""
    free = shutil.disk_usage(settings.var).free
    if free < NEEDED_BYTES:
        raise Permanent(
            f"The disk that holds {settings.var} has {free / 1024**3:.1f} GiB left, 3 GiB are needed. "
            "Free some room, or name a folder on another disk in YTEMPIRE_VAR."
        )


def check_ports(settings: StackSettings) -> None:
    """Raise InvalidInput for the first port on which somebody else listens already."""
    for service, port in settings.ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise InvalidInput(
                    f"port {port} ({service})",
                    "another program listens on it",
                    f"Stop that program, or choose another port in YTEMPIRE_{service.upper()}_PORT.",
                ) from error


def check_history(settings: StackSettings) -> None:
    """Raise InvalidInput when the folder of the trending history lacks its files."""
    if settings.trend_history is None:
        return
    for name in ("snapshots.parquet", "videos.parquet"):
        if not (settings.trend_history / name).is_file():
            raise InvalidInput(
                "YTEMPIRE_TREND_HISTORY",
                f"{settings.trend_history} has no {name}",
                "Name a folder with snapshots.parquet and videos.parquet, or unset it for the synthetic world.",
            )


def check_all(settings: StackSettings) -> None:
    """Run every check; the first that fails raises."""
    get_settings()
    settings.var.mkdir(parents=True, exist_ok=True)
    check_programs()
    check_disk(settings)
    check_ports(settings)
    check_history(settings)
