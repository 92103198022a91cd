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


def run(arguments: Sequence[str], *, timeout_seconds: float) -> subprocess.CompletedProcess[str]:
    """Run a program to its end and return what it wrote.

    Raises MissingProgram, DiskFull, Retriable when it takes too long or is killed, RenderFailed otherwise.
    """
    program = shutil.which(arguments[0])
    if program is None:
        raise MissingProgram(arguments[0])
    try:
        done = subprocess.run(
            [program, *arguments[1:]],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout_seconds,
        )
    except subprocess.TimeoutExpired as error:
        raise Retriable(f"{arguments[0]} did not finish in {timeout_seconds:.0f} s") from error
    said = done.stderr[-_TAIL:].strip()
    if any(words in done.stderr for words in _NO_ROOM) or done.returncode == -signal.SIGXFSZ:
        raise DiskFull(f"{arguments[0]} had no room to write. Free space on the disk and retry. {said}")
    if done.returncode < 0:
        raise Retriable(f"{arguments[0]} was killed by signal {-done.returncode}")
    if done.returncode:
        raise RenderFailed(f"{arguments[0]} failed ({done.returncode}): {said}")
    return done
