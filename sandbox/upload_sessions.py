"""Sessions of resumable uploads: created by a POST, fed by PUTs, asked where they stand, finished once.

https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol: bytes are kept in whole
granules of 256 KiB, 308 with `Range` tells what is kept, a session that is gone answers 404, a finished one
gives its answer again.
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.responses import JSONResponse, Response

from sandbox.core import World, from_iso, new_id, to_iso, world_of
from sandbox.discovery import youtube
from sandbox.google_api import Call, identify
from sandbox.google_errors import GoogleError
from sandbox.media import METHODS, Arrival, finish, measure

TABLES = """
CREATE TABLE IF NOT EXISTS upload_sessions (
    id TEXT PRIMARY KEY,
    method_id TEXT NOT NULL,
    channel_id TEXT NOT NULL,
    parameters TEXT NOT NULL,
    metadata TEXT NOT NULL,
    content_type TEXT NOT NULL,
    total INTEGER,
    received INTEGER NOT NULL DEFAULT 0,
    state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'complete', 'cancelled', 'gone')),
    answer TEXT,
    created_at TEXT NOT NULL
);
"""

GRANULE = 256 * 1024
LIFETIME = timedelta(days=7)
_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")
_locks: defaultdict[str, asyncio.Lock] = defaultdict(asyncio.Lock)


@dataclass(frozen=True)
class _Piece:
    """A Content-Range: first and last byte (None for a question), total (None as long as it is unknown)."""

    first: int | None
    last: int | None
    total: int | None


def create(call: Call, metadata: dict[str, Any], content_type: str, total: int | None) -> Response:
    """Open a session for a judged and charged call; its URI is the answer's Location."""
    upload_id = new_id(64)
    parameters = {name: value for name, value in call.parameters.items() if name != "uploadType"}
    call.world.execute(
        "INSERT INTO upload_sessions (id, method_id, channel_id, parameters, metadata, content_type, total,"
        " created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        upload_id,
        call.method_id,
        call.owner(),
        json.dumps(parameters),
        json.dumps(metadata),
        content_type,
        total,
        to_iso(call.world.now()),
    )
    call.world.record(
        "upload.session_created",
        channel_id=call.owner(),
        upload_id=upload_id,
        method=call.method_id,
        total_bytes=total,
    )
    location = call.request.url.include_query_params(upload_id=upload_id)
    return Response(headers={"Location": str(location), "X-GUploader-UploadID": upload_id})


async def receive(request: Request) -> Response:
    """Take a piece of the file, or answer where the session stands."""
    world = world_of(request)
    upload_id = request.query_params.get("upload_id", "")
    _session_of(world, request, upload_id)
    async with _locks[upload_id]:
        session = _session_of(world, request, upload_id)
        if session["state"] == "complete":
            await _discard(request)
            return JSONResponse(json.loads(session["answer"]))
        piece = _piece(request, session)
        if piece.first is not None and piece.last is not None:
            await _take(world, request, session, piece)
            session = _session_of(world, request, upload_id)
        else:
            world.record("upload.status_queried", channel_id=session["channel_id"], upload_id=upload_id)
        total = piece.total if piece.total is not None else session["total"]
        if total is not None and session["received"] >= total:
            return JSONResponse(await _complete(world, session))
        return _incomplete(session)


async def cancel(request: Request) -> Response:
    """Give a session up."""
    world = world_of(request)
    session = _session_of(world, request, request.query_params.get("upload_id", ""))
    world.execute("UPDATE upload_sessions SET state = 'cancelled' WHERE id = ?", session["id"])
    _file(world, session).unlink(missing_ok=True)
    world.record("upload.cancelled", channel_id=session["channel_id"], upload_id=session["id"])
    return Response(status_code=499)


def forget(world: World, channel_id: str | None = None) -> int:
    """Let the open sessions (of a channel) be gone, as if their time were over."""
    return world.execute(
        "UPDATE upload_sessions SET state = 'gone' WHERE state = 'open' AND (? IS NULL OR channel_id = ?)",
        channel_id,
        channel_id,
    )


def _session_of(world: World, request: Request, upload_id: str) -> sqlite3.Row:
    session = world.row("SELECT * FROM upload_sessions WHERE id = ?", upload_id)
    scopes = youtube().method(session["method_id"] if session else "youtube.videos.insert")["scopes"]
    channel_id = identify(world, request, scopes, public=False)
    if (
        session is None
        or session["channel_id"] != channel_id
        or session["state"] == "gone"
        or (session["state"] == "open" and from_iso(session["created_at"]) + LIFETIME <= world.now())
    ):
        raise GoogleError(404, "notFound", "Not Found")
    if session["state"] == "cancelled":
        raise GoogleError(499, "cancelled", "The upload was cancelled.")
    return session


def _piece(request: Request, session: sqlite3.Row) -> _Piece:
    """The range of a PUT; one without Content-Range carries the whole file.

    Raises:
        GoogleError: 400, a range that makes no sense for this session.
    """
    header = request.headers.get("content-range")
    length = request.headers.get("content-length", "")
    if header is None:
        if not length.isdigit():
            raise _refused("Content-Length or Content-Range is required.")
        return _Piece(0, int(length) - 1, int(length))
    match = _RANGE.fullmatch(header.strip())
    if match is None:
        raise _refused(f"Failed to parse Content-Range header: {header}")
    first, last, total = (int(text) if text and text.isdigit() else None for text in match.groups())
    if total is not None and session["total"] is not None and total != session["total"]:
        raise _refused(f"The total of {total} bytes differs from the {session['total']} announced before.")
    if first is not None and last is not None:
        _check_piece(session, first, last, total, length)
    return _Piece(first, last, total)


def _check_piece(session: sqlite3.Row, first: int, last: int, total: int | None, length: str) -> None:
    size = last - first + 1
    if size < 1 or (total is not None and last >= total) or (length.isdigit() and int(length) != size):
        raise _refused("The Content-Range does not fit the body or the total.")
    if first > session["received"]:
        raise _refused(f"The upload stands at byte {session['received']}; bytes before {first} are missing.")
    if size < GRANULE and (total is None or last + 1 < total):
        raise _refused(
            f"The number of bytes uploaded is required to be equal or greater than {GRANULE}, except for the "
            f"final request (it's recommended to be the exact multiple of {GRANULE}). The received request "
            f"contained {size} bytes, which does not meet this requirement."
        )


async def _take(world: World, request: Request, session: sqlite3.Row, piece: _Piece) -> None:
    """Write the body behind what is kept already; what came before a cut is kept in whole granules."""
    assert piece.first is not None and piece.last is not None  # noqa: S101  a question carries no bytes
    before: int = session["received"]
    position = piece.first
    cut = False
    path = _file(world, session)
    path.touch()
    with path.open("r+b") as file:
        file.seek(before)
        try:
            async for data in request.stream():
                data = data[: piece.last + 1 - position]
                file.write(data[max(0, before - position) :])
                position += len(data)
        except ClientDisconnect:
            cut = True
        whole = piece.total is not None and position == piece.total
        received = max(before, position if whole else position - position % GRANULE)
        file.truncate(received)
    # A body that its sender cut short of its own range is not the end of the file, whatever it carried.
    world.execute(
        "UPDATE upload_sessions SET received = ?, total = coalesce(total, ?) WHERE id = ?",
        received,
        piece.total,
        session["id"],
    )
    world.record(
        "upload.chunk_received",
        channel_id=session["channel_id"],
        upload_id=session["id"],
        first_byte=piece.first,
        end_byte=position,
        repeated_bytes=max(0, min(before, position) - piece.first),
        received=received,
        cut=cut,
    )
    if cut:
        raise ClientDisconnect


async def _complete(world: World, session: sqlite3.Row) -> dict[str, Any]:
    method = METHODS[session["method_id"]]
    path = _file(world, session)
    path.touch()
    arrival = Arrival(
        world=world,
        channel_id=session["channel_id"],
        parameters=json.loads(session["parameters"]),
        metadata=json.loads(session["metadata"]),
        media=await measure(path, session["content_type"]),
        upload_id=session["id"],
    )
    with world.transaction():
        answer = finish(method, arrival)
        youtube().check_answer(method.method_id, answer)
        world.execute(
            "UPDATE upload_sessions SET state = 'complete', answer = ? WHERE id = ?",
            json.dumps(answer, ensure_ascii=False),
            session["id"],
        )
    _locks.pop(session["id"], None)
    return answer


def _incomplete(session: sqlite3.Row) -> Response:
    headers = {"X-GUploader-UploadID": session["id"]}
    if session["received"]:
        headers["Range"] = f"bytes=0-{session['received'] - 1}"
    return Response(status_code=308, headers=headers)


def _file(world: World, session: sqlite3.Row) -> Path:
    return world.files / f"{session['id']}.media"


async def _discard(request: Request) -> None:
    async for _ in request.stream():
        pass


def _refused(message: str) -> GoogleError:
    return GoogleError(400, "badRequest", f"Invalid request.  {message}")
