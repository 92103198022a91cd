"""The door of the model server: so many may wait inside, the next is told when to come back."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Door:
    """Turns requests away (429, Retry-After) while ``most`` are unanswered, and gives up on one after ``seconds``.

    Whoever is turned away has cost nothing: neither its body was read nor the model asked.
    """

    def __init__(self, app: ASGIApp, *, path: str, most: int, retry_after: int, seconds: float) -> None:
        self._app = app
        self._path = path
        self._most = most
        self._retry_after = retry_after
        self._seconds = seconds
        self._inside: set[object] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count the request in, and out again when it is answered."""
        if scope["type"] != "http" or scope["path"] != self._path:
            await self._app(scope, receive, send)
            return
        if len(self._inside) >= self._most:
            await self._say(429, "overloaded: too many requests are waiting", scope, receive, send)
            return
        ticket = object()
        self._inside.add(ticket)
        begun = False

        async def sending(message: Message) -> None:
            nonlocal begun
            begun = True
            if message["type"] == "http.response.body" and not message.get("more_body"):
                # Who has read the answer may ask again before everything here has returned.
                self._inside.discard(ticket)
            await send(message)

        try:
            await asyncio.wait_for(self._app(scope, receive, sending), self._seconds)
        except TimeoutError:
            if begun:
                raise
            await self._say(503, f"no answer within {self._seconds:g} s", scope, receive, send)
        finally:
            self._inside.discard(ticket)

    async def _say(self, status: int, problem: str, scope: Scope, receive: Receive, send: Send) -> None:
        content: dict[str, Any] = {"detail": problem}
        answer = JSONResponse(content, status, headers={"Retry-After": str(self._retry_after)})
        await answer(scope, receive, send)
