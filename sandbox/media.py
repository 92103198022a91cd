"""Files that reach a method of Google's APIs: what is known of them, and what the method does with them."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.core import World
from sandbox.discovery import youtube
from sandbox.google_api import Call
from sandbox.google_errors import GoogleError


@dataclass(frozen=True)
class Media:
    """A whole uploaded file, lying below the world's state folder."""

    path: Path
    content_type: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Arrival:
    """A complete upload: whose it is, what was said about it, and the file."""

    world: World
    channel_id: str
    parameters: dict[str, Any]
    metadata: dict[str, Any]
    media: Media
    upload_id: str | None


@dataclass(frozen=True)
class MediaMethod:
    """A method that takes a file.

    Attributes:
        prepare: judges the call and its metadata before any byte of the file is taken.
        finish: has the effect, inside one transaction, and returns the answer.
        required: reason of the 400 where the file is empty.
    """

    method_id: str
    prepare: Callable[[Call, dict[str, Any]], None]
    finish: Callable[[Arrival], dict[str, Any]]
    required: str = "mediaBodyRequired"


METHODS: dict[str, MediaMethod] = {}


def finish(method: MediaMethod, arrival: Arrival) -> dict[str, Any]:
    """Let a method have its effect on a whole file, all or nothing.

    Raises:
        GoogleError: 400, the file is empty or not what the method takes.
    """
    if arrival.media.bytes == 0:
        raise GoogleError(400, method.required)
    with arrival.world.transaction():
        return method.finish(arrival)


def check_media(method_id: str, content_type: str, size: int | None) -> None:
    """Hold a file's announced type and size against the description of the method.

    Raises:
        GoogleError: 400 badContent or 413 uploadTooLarge.
    """
    described = youtube().method(method_id)["mediaUpload"]
    kind = content_type.partition(";")[0].strip().lower()
    if not any(_fits(kind, accepted) for accepted in described["accept"]):
        accepted = ", ".join(described["accept"])
        raise GoogleError(400, "badContent", f"Media type '{kind}' is not supported. Valid media types: [{accepted}]")
    if size is not None and size > int(described["maxSize"]):
        raise GoogleError(413, "uploadTooLarge", f"Maximum size of {described['maxSize']} bytes exceeded")


def _fits(kind: str, accepted: str) -> bool:
    return accepted in ("*/*", kind) or (accepted.endswith("/*") and kind.startswith(accepted[:-1]))


async def measure(path: Path, content_type: str) -> Media:
    """The facts of a file, read in a thread."""

    def digest() -> str:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    return Media(path, content_type, path.stat().st_size, await asyncio.to_thread(digest))
