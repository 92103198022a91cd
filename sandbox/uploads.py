"""The routes of media uploads: the three protocols in which a file reaches a method.

`uploadType=media` (the body is the file), `multipart` (JSON and file in one body), `resumable` (a session
that takes the file in pieces). https://developers.google.com/youtube/v3/guides/using_resumable_upload_protocol
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from sandbox import upload_sessions
from sandbox.core import new_id
from sandbox.discovery import youtube
from sandbox.google_api import Call, open_call, parse_json, run
from sandbox.media import METHODS, Arrival, MediaMethod, check_media, finish, measure
from sandbox.multipart import split_multipart


def media_method(router: APIRouter, method: MediaMethod) -> None:
    """Declare the routes of a method that takes a file."""
    path = youtube().method(method.method_id)["path"]
    METHODS[method.method_id] = method

    async def begin(request: Request) -> Response:
        call = open_call(request, youtube(), method.method_id)
        return await run(call, lambda call: _begin(call, method))

    for prefix in ("/upload", "/resumable/upload"):
        router.add_route(f"{prefix}/{path}", begin, methods=["POST"])
        router.add_route(f"{prefix}/{path}", upload_sessions.receive, methods=["PUT"])
        router.add_route(f"{prefix}/{path}", upload_sessions.cancel, methods=["DELETE"])


async def _begin(call: Call, method: MediaMethod) -> dict[str, Any] | Response:
    kind = call.parameters.get("uploadType") or call.request.headers.get("x-goog-upload-protocol")
    takes_metadata = "request" in call.description.method(method.method_id)
    if kind == "resumable":
        raw = await call.request.body()
        metadata = call.checked_body(raw) if takes_metadata else parse_json(raw)
        method.prepare(call, metadata)
        content_type = call.request.headers.get("x-upload-content-type", "application/octet-stream")
        total = call.request.headers.get("x-upload-content-length", "")
        check_media(call.method_id, content_type, int(total) if total.isdigit() else None)
        call.charge()
        return upload_sessions.create(call, metadata, content_type, int(total) if total.isdigit() else None)
    spooled = await _spool(call)
    try:
        content_type, metadata = call.request.headers.get("content-type", ""), {}
        if kind == "multipart" or content_type.startswith("multipart/related"):
            raw, content_type = split_multipart(spooled, content_type)
            metadata = call.checked_body(raw) if takes_metadata else {}
        method.prepare(call, metadata)
        check_media(call.method_id, content_type, spooled.stat().st_size)
        call.charge()
        media = await measure(spooled, content_type)
        return finish(method, Arrival(call.world, call.owner(), call.parameters, metadata, media, None))
    except BaseException:
        spooled.unlink(missing_ok=True)
        raise


async def _spool(call: Call) -> Path:
    path = call.world.files / f"{new_id(24)}.media"
    with path.open("wb") as file:
        async for piece in call.request.stream():
            file.write(piece)
    return path
