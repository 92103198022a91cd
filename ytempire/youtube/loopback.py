"""The other end of a consent on this machine: a page on 127.0.0.1 that the browser is sent to (RFC 8252, 7.3).

It listens only while a consent is under way and takes the one request that answers it, known by its state; what
else comes (an icon that the browser wants, an old tab, a stranger's page) is not found.
"""

from __future__ import annotations

import queue
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qs, urlsplit

from ytempire.errors import InvalidInput, Retriable

_PATH = "/"
_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>YTEMPIRE</title>
<p>The answer has arrived. You can close this window; the command line says how it went."""


class LoopbackPage:
    """Listens on 127.0.0.1 for the answer of one consent. ``port`` 0: any that is free."""

    def __init__(self, port: int = 0) -> None:
        answers: queue.SimpleQueue[str] = queue.SimpleQueue()
        awaited = self._awaited = set[str]()

        class Handler(BaseHTTPRequestHandler):
            # A program that connects and says nothing must not keep its thread.
            timeout = 10

            def do_GET(self) -> None:
                asked = urlsplit(self.path)
                if asked.path != _PATH or not awaited & set(parse_qs(asked.query).get("state", [])):
                    self.send_error(HTTPStatus.NOT_FOUND)
                    return
                page = _PAGE.encode()
                self.send_response(HTTPStatus.OK)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page)))
                self.send_header("Referrer-Policy", "no-referrer")
                self.end_headers()
                self.wfile.write(page)
                answers.put(self.path)

            def log_message(self, format: str, *args: object) -> None:
                """Log nothing: the address holds the code."""

        try:
            self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        except OSError as error:
            raise InvalidInput("port", f"{port} cannot be listened on: {error.strerror}", "Choose another.") from error
        self._answers = answers
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    @property
    def redirect_uri(self) -> str:
        """Where the browser is to be sent."""
        return f"http://127.0.0.1:{self._server.server_port}{_PATH}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def await_state(self, state: str) -> None:
        """Take the answer that bears ``state``; call it before the browser is sent off."""
        self._awaited.add(state)

    def answer(self, timeout_seconds: float) -> str:
        """Return the address that the browser came to. Raises Retriable when nobody came in time."""
        try:
            path = self._answers.get(timeout=timeout_seconds)
        except queue.Empty:
            raise Retriable(f"nobody has answered within {timeout_seconds:g} s: start again") from None
        return self.redirect_uri.removesuffix(_PATH) + path
