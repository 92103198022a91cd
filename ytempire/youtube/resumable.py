"""YouTube's resumable upload, step by step, so that each step can be recorded before the next.

https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from googleapiclient.http import MediaInMemoryUpload

from ytempire.errors import MalformedAnswer, NotAttempted, Retriable
from ytempire.youtube.calls import Caller, RawAnswer
from ytempire.youtube.transport import Body

METHOD = "videos.insert"
CHUNK_GRAIN = 256 * 1024
_RANGE = re.compile(r"bytes=0-(\d+)")


@dataclass(frozen=True)
class Progress:
    """The session waits for the byte at ``next_byte``."""

    next_byte: int


@dataclass(frozen=True)
class Finished:
    """The video exists. ``youtube_video_id`` is None where the answer could not be read."""

    youtube_video_id: str | None


@dataclass(frozen=True)
class SessionGone:
    """The session is not known (any more): whether the video exists must be found out otherwise."""


Standing = Progress | Finished | SessionGone


class ResumableUploads:
    """The three requests of the protocol. None of them is repeated here, except opening a session."""

    def __init__(self, caller: Caller, data_service: Any) -> None:
        self._caller = caller
        self._data = data_service

    def open_session(self, resource: dict[str, Any], *, total_bytes: int, mime_type: str) -> str:
        """Create an upload session for a videos resource and return its URI (one video of the day's quota).

        A session whose answer was lost is never used, so opening another one is harmless.
        """
        media = MediaInMemoryUpload(b"", mimetype=mime_type, resumable=True)
        parts = ",".join(part for part in resource if part in ("snippet", "status"))
        request = self._data.videos().insert(part=parts, body=resource, media_body=media)
        headers = {
            **request.headers,
            "x-upload-content-type": mime_type,
            "x-upload-content-length": str(total_bytes),
        }
        return self._caller.repeating(
            lambda: _location(self._caller.send(METHOD, request.uri, "POST", headers, request.body, metered=True))
        )

    def send_chunk(self, session_uri: str, body: Body, *, start: int, size: int, total_bytes: int) -> Standing:
        """Send ``size`` bytes, those from ``start`` on; return where the session stands after them."""
        end = start + size - 1
        headers = {"content-range": f"bytes {start}-{end}/{total_bytes}", "content-length": str(size)}
        return _standing(self._caller.send(METHOD, session_uri, "PUT", headers, body))

    def ask(self, session_uri: str, *, total_bytes: int) -> Standing:
        """Ask where the session stands, without sending anything."""
        headers = {"content-range": f"bytes */{total_bytes}", "content-length": "0"}
        return self._caller.repeating(lambda: _standing(self._caller.send(METHOD, session_uri, "PUT", headers, b"")))


def _location(answer: RawAnswer) -> str:
    location = answer.headers.get("location", "")
    if answer.status != 200 or not location:
        raise NotAttempted(f"{METHOD}: {answer.status} without an upload session")
    return location


def _standing(answer: RawAnswer) -> Standing:
    if answer.status in (404, 410):
        return SessionGone()
    if answer.status in (200, 201):
        return Finished(_video_id(answer.content))
    if answer.status != 308:
        raise Retriable(f"{METHOD}: unexpected status {answer.status} of an upload session")
    received = answer.headers.get("range")
    if received is None:
        return Progress(0)
    match = _RANGE.fullmatch(received.strip())
    if match is None:
        raise MalformedAnswer(f"{METHOD}: unreadable Range {received[:50]!r}")
    return Progress(int(match.group(1)) + 1)


def _video_id(content: bytes) -> str | None:
    try:
        identifier = json.loads(content)["id"]
    except (ValueError, KeyError, TypeError):
        return None
    return identifier if isinstance(identifier, str) and identifier else None
