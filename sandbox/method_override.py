"""Long queries: Google's client sends a GET whose address would exceed 2,048 characters as a form by POST.

The header X-HTTP-Method-Override says so. This layer turns it back, before anything else sees the request.
See HttpRequest.execute in googleapiclient/http.py.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_LARGEST = 1_000_000


class MethodOverride:
    """ASGI application around another one.

    Args:
        application: what to wrap.
    """

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection event."""
        if scope["type"] == "http" and scope["method"] == "POST":
            headers = dict(scope["headers"])
            if headers.get(b"x-http-method-override", b"").upper() == b"GET":
                query = await _body(receive)
                joined = b"&".join(part for part in (scope["query_string"], query) if part)
                scope = {**scope, "method": "GET", "query_string": joined}
                await self._application(scope, _nothing, send)
                return
        await self._application(scope, receive, send)


async def _body(receive: Receive) -> bytes:
    body = b""
    while len(body) < _LARGEST:
        message = await receive()
        body += message.get("body", b"")
        if not message.get("more_body", False):
            break
    return body


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}
