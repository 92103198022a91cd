"""Faults on demand: error answers, latency and cut connections, before anything of an API sees the request.

A pure ASGI layer around the whole application. It also stamps every answer with the sandbox's own time.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from email.utils import format_datetime
from typing import Any, Literal

from pydantic import BaseModel, Field, field_validator
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox.core import World
from sandbox.google_errors import GoogleError

TABLES = """
CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    specification TEXT NOT NULL,
    times INTEGER NOT NULL,
    skip INTEGER NOT NULL
);
"""


class FaultSpecification(BaseModel, extra="forbid"):
    """One fault to inject into requests whose path (or path?query) matches a regular expression.

    `times` requests suffer it (-1: all of them) after `skip` matching requests went by unharmed.
    """

    path: str
    method: str | None = None
    status: int | None = Field(default=None, ge=100, le=599)
    reason: str | None = None
    message: str | None = None
    body: Any = None
    headers: dict[str, str] = Field(default_factory=dict)
    latency_seconds: float = Field(default=0, ge=0, le=600)
    cut: Literal["before", "after"] | None = None
    cut_after_bytes: int | None = Field(default=None, ge=0)
    answer_bytes: int | None = Field(default=None, ge=0, description="Of the answer only so much, announced as whole.")
    times: int = Field(default=1, ge=-1)
    skip: int = Field(default=0, ge=0)

    @field_validator("path")
    @classmethod
    def _is_expression(cls, path: str) -> str:
        try:
            re.compile(path)
        except re.error as error:
            raise ValueError(f"no regular expression: {error}") from error
        return path

    def matches(self, method: str, path: str, query: str) -> bool:
        """Whether this fault is about such a request."""
        if self.method is not None and self.method.upper() != method:
            return False
        return bool(re.search(self.path, path) or re.search(self.path, f"{path}?{query}"))


def add_fault(world: World, fault: FaultSpecification) -> int:
    """Arm a fault and return its id."""
    found = world.rows(
        "INSERT INTO faults (specification, times, skip) VALUES (?, ?, ?) RETURNING id",
        fault.model_dump_json(),
        fault.times,
        fault.skip,
    )
    return int(found[0]["id"])


def list_faults(world: World) -> list[dict[str, Any]]:
    """The armed faults with what is left of their times and skips."""
    return [
        json.loads(row["specification"]) | {"id": row["id"], "times": row["times"], "skip": row["skip"]}
        for row in world.rows("SELECT * FROM faults ORDER BY id")
    ]


def clear_faults(world: World) -> int:
    """Disarm all faults and return how many there were."""
    return world.execute("DELETE FROM faults")


def take_fault(world: World, method: str, path: str, query: str) -> FaultSpecification | None:
    """The fault that this request suffers, if any; counts it off."""
    with world.transaction():
        for row in world.rows("SELECT * FROM faults WHERE times <> 0 ORDER BY id"):
            fault = FaultSpecification.model_validate_json(row["specification"])
            if not fault.matches(method, path, query):
                continue
            if row["skip"] > 0:
                world.execute("UPDATE faults SET skip = skip - 1 WHERE id = ?", row["id"])
                continue
            if row["times"] > 0:
                world.execute("UPDATE faults SET times = times - 1 WHERE id = ?", row["id"])
            world.record("fault.injected", fault_id=row["id"], method=method, path=path)
            return fault
    return None


def _error_answer(fault: FaultSpecification) -> Response:
    status = fault.status or 503
    if fault.body is not None:
        if isinstance(fault.body, str):
            return Response(fault.body, status_code=status, headers=fault.headers)
        return JSONResponse(fault.body, status_code=status, headers=fault.headers)
    if fault.reason in ("invalid_grant", "invalid_client"):
        description = fault.message or "Token has been expired or revoked."
        body = {"error": fault.reason, "error_description": description}
        return JSONResponse(body, status_code=status, headers=fault.headers)
    return GoogleError(status, fault.reason, fault.message, headers=fault.headers).response()


async def _cut(receive: Receive, send: Send) -> None:
    """Close the client's connection without an answer: uvicorn's `send` is bound to the request's cycle."""
    send.__self__.transport.close()  # type: ignore[attr-defined]
    while (await receive())["type"] != "http.disconnect":
        pass


async def _drain(receive: Receive) -> None:
    while True:
        message = await receive()
        if message["type"] != "http.request" or not message.get("more_body", False):
            return


class FaultLayer:
    """ASGI application around another one: injects armed faults and sets the Date header.

    Args:
        application: what to wrap.
        world: whose faults and whose clock.
    """

    def __init__(self, application: ASGIApp, world: World) -> None:
        self._application = application
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        path: str = scope["path"]
        fault = None
        if not path.startswith("/control/"):
            fault = take_fault(self._world, scope["method"], path, scope["query_string"].decode("latin-1"))
        dated = self._dated(send)
        if fault is None:
            await self._application(scope, receive, dated)
            return
        if fault.latency_seconds:
            await asyncio.sleep(fault.latency_seconds)
        if fault.cut == "before":
            await _cut(receive, send)
        elif fault.cut_after_bytes is not None:
            await self._application(scope, _cutting(receive, send, fault.cut_after_bytes), _swallow)
        elif fault.cut == "after":
            await self._application(scope, receive, _swallow)
            await _cut(receive, send)
        elif fault.status is not None:
            await _drain(receive)
            await _error_answer(fault)(scope, receive, dated)
        elif fault.answer_bytes is not None:
            await self._application(scope, receive, _shortened(dated, fault.answer_bytes))
        else:
            await self._application(scope, receive, _with_headers(dated, fault.headers))

    def _dated(self, send: Send) -> Send:
        async def dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                date = format_datetime(self._world.now(), usegmt=True).encode()
                message = {**message, "headers": [*message.get("headers", []), (b"date", date)]}
            await send(message)

        return dated


async def _swallow(message: Message) -> None:
    return None


def _shortened(send: Send, limit: int) -> Send:
    """A `send` that passes on the first `limit` bytes of an answer and says that this is all of it."""
    left = limit

    async def sending(message: Message) -> None:
        nonlocal left
        if message["type"] == "http.response.start":
            kept = [(name, value) for name, value in message.get("headers", []) if name != b"content-length"]
            message = {**message, "headers": [*kept, (b"content-length", str(limit).encode())]}
        elif message["type"] == "http.response.body":
            body = message.get("body", b"")[:left]
            left -= len(body)
            message = {**message, "body": body}
        await send(message)

    return sending


def _with_headers(send: Send, headers: Mapping[str, str]) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            more = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
            message = {**message, "headers": [*message.get("headers", []), *more]}
        await send(message)

    return sending


def _cutting(receive: Receive, send: Send, limit: int) -> Receive:
    """A `receive` that hands on `limit` bytes of the body and then loses the connection."""
    left = limit
    lost = False

    async def cutting() -> Message:
        nonlocal left, lost
        if lost:
            return {"type": "http.disconnect"}
        if left == 0:
            lost = True
            await _cut(receive, send)
            return {"type": "http.disconnect"}
        message = await receive()
        if message["type"] == "http.request":
            body = message.get("body", b"")[:left]
            left = left - len(body) if message.get("more_body", False) else 0
            # More is announced even where the body ended: the application may not take it as whole.
            message = {**message, "body": body, "more_body": True}
        return message

    return cutting
