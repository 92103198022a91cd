"""An HTTP transport that ends: no answer takes longer or is larger than allowed, whatever the server sends.

httpx's own timeout is for each read; a server that sends one byte a second is never timed out by it.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from functools import lru_cache

import httpx2


@lru_cache
def _certificates() -> ssl.SSLContext:
    """The certificates that are trusted; reading them takes a tenth of a second."""
    return httpx2.create_ssl_context()


class BoundedTransport(httpx2.HTTPTransport):
    """Raises httpx2.ReadTimeout after ``deadline`` (time.monotonic), httpx2.ReadError after ``most_bytes`` of body."""

    def __init__(self, deadline: float, most_bytes: int) -> None:
        super().__init__(verify=_certificates())
        self._deadline = deadline
        self._most_bytes = most_bytes

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send the request; its body is read within the bounds."""
        response = super().handle_request(request)
        assert isinstance(response.stream, httpx2.SyncByteStream)  # noqa: S101  a sync transport has no other
        response.stream = _Bounded(response.stream, request, self._deadline, self._most_bytes)
        return response


class _Bounded(httpx2.SyncByteStream):
    def __init__(
        self, stream: httpx2.SyncByteStream, request: httpx2.Request, deadline: float, most_bytes: int
    ) -> None:
        self._stream = stream
        self._request = request
        self._deadline = deadline
        self._left = most_bytes

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            self._left -= len(chunk)
            if self._left < 0:
                raise httpx2.ReadError("the answer is too large", request=self._request)
            if time.monotonic() > self._deadline:
                raise httpx2.ReadTimeout("the answer takes too long", request=self._request)
            yield chunk

    def close(self) -> None:
        self._stream.close()
