"""The HTTP underneath Google's client library.

The library talks through objects shaped like ``httplib2.Http``. httplib2 itself
sends a request a second time, silently, when the answer is lost: what is
inserted would be inserted twice. This transport sends each request once and
leaves the decision to whoever knows what the request does.
"""

from __future__ import annotations

import gzip
import ssl
import zlib
from collections.abc import Iterator, Mapping
from functools import lru_cache, partial
from typing import Protocol

import google_auth_httplib2
import httplib2
import httpx
from google.oauth2.credentials import Credentials

from ytempire.settings import YouTubeSettings
from ytempire.youtube.credentials import OAuthCredentials

_PIECE_BYTES = 256 * 1024


class Body(Protocol):
    """Bytes that are read once while they are sent; once more from their beginning with a fresh access token."""

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, at most ``size`` of them; none at the end."""
        ...

    def tell(self) -> int:
        """Return how much was read."""
        ...

    def seek(self, offset: int, /) -> int:
        """Go to ``offset``, of which only the beginning, 0, is needed."""
        ...


@lru_cache(maxsize=1)
def _trusted_roots() -> ssl.SSLContext:
    """The certificates we trust; reading them takes longer than most requests."""
    return httpx.create_ssl_context()


def _unpacked(content: bytes) -> bytes:
    """Unpack gzip. httpx would take a packed answer that breaks off in the middle for a whole one."""
    try:
        return gzip.decompress(content) if content else content
    except (OSError, EOFError, zlib.error) as error:
        raise httpx.DecodingError(f"the packed answer is not whole: {error}") from error


class OnceTransport:
    """A ``request`` of httplib2's shape over httpx: no retries, no redirects."""

    def __init__(self, timeout_seconds: float) -> None:
        self._client = httpx.Client(timeout=timeout_seconds, follow_redirects=False, verify=_trusted_roots())

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: str | bytes | Body | None = None,
        headers: Mapping[str, str] | None = None,
        redirections: int = 0,
        connection_type: object = None,
    ) -> tuple[httplib2.Response, bytes]:
        """Send one request and return (response, content). Raises httpx.TransportError.

        ``headers`` name the length of a body that is read while it is sent.
        """
        # The library asks for "deflate", too, which has no checksum.
        sent = {**(headers or {}), "accept-encoding": "gzip"}
        content: str | bytes | Iterator[bytes] | None
        content = body if body is None or isinstance(body, str | bytes) else iter(partial(body.read, _PIECE_BYTES), b"")
        with self._client.stream(method, uri, content=content, headers=sent) as answer:
            received = b"".join(answer.iter_raw())
        response = httplib2.Response({**answer.headers, "status": str(answer.status_code)})
        response.reason = answer.reason_phrase
        if response.pop("content-encoding", "") == "gzip":
            received = _unpacked(received)
        return response, received

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._client.close()


def authorized_transport(
    settings: YouTubeSettings, credentials: OAuthCredentials
) -> google_auth_httplib2.AuthorizedHttp:
    """Return a transport that fetches access tokens by itself and refreshes them once on a 401."""
    return google_auth_httplib2.AuthorizedHttp(
        Credentials(
            token=None,
            refresh_token=credentials.refresh_token,
            client_id=credentials.client_id,
            client_secret=credentials.client_secret,
            token_uri=settings.token_url,
        ),
        http=OnceTransport(settings.timeout_seconds),
        max_refresh_attempts=1,
    )
