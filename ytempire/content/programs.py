"""Runs ffmpeg and ffprobe, and says in our own errors what went wrong."""

from __future__ import annotations

import shutil
import signal
import subprocess
from collections.abc import Sequence

from ytempire.errors import DiskFull, MissingProgram, Permanent, Retriable

_NO_ROOM = ("No space left on device", "File too large", "Disk quota exceeded")
_TAIL = 600


class RenderFailed(Permanent):
    """A program refused its input; the message holds the end of what it said."""


def find(program: str) -> str:
    """Return the path of a program. Raises MissingProgram."""
    path = shutil.which(program)
    if path is None:
        raise MissingProgram(program)
    return path


def run(arguments: Sequence[str], *, timeout_seconds: float) -> subprocess.CompletedProcess[str]:
    """Run a program to its end and return what it wrote.

    Raises MissingProgram, DiskFull, Retriable when it takes too long or is killed, RenderFailed otherwise.
    """
    try:
        done = subprocess.run(
            [find(arguments[0]), *arguments[1:]],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout_seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise Retriable(f"{arguments[0]} did not finish in {timeout_seconds:.0f} s") from error
    hold_to_account(arguments[0], done.returncode, done.stderr)
    return done


def works(arguments: Sequence[str], *, timeout_seconds: float) -> bool:
    """Say whether a program ends well."""
    try:
        run(arguments, timeout_seconds=timeout_seconds)
    except (MissingProgram, Retriable, RenderFailed):
        return False
    return True


def hold_to_account(program: str, code: int, said: str, *, late_after_seconds: float | None = None) -> None:
    """Raise the error that fits how a program ended; nothing when it ended well."""
    if late_after_seconds is not None:
        raise Retriable(f"{program} did not finish in {late_after_seconds:.0f} s")
    tail = said[-_TAIL:].strip()
    if any(words in said for words in _NO_ROOM) or code == -signal.SIGXFSZ:
        raise DiskFull(f"{program} had no room to write. Free space on the disk and retry. {tail}")
    if code < 0:
        raise Retriable(f"{program} was killed by signal {-code}")
    if code:
        raise RenderFailed(f"{program} failed ({code}): {tail}")
