"""An RSS or Atom feed as a trend source: fetched within bounds of size and time, and only when it has changed.

It costs nothing of YouTube's quota; the figures of videos it tells of are asked for with those of the watch lists.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from etl.trends.feed_reading import read_feed
from etl.trends.sources import Kind, Marks, Sightings
from ytempire.errors import MalformedAnswer, NotAttempted, NotFound, RequestRefused, Retriable
from ytempire.youtube.calls import answered_at
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.errors import retry_after_seconds

_AGENT = "ytempire (trend watch)"
_ACCEPTED = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"
_REDIRECTS = 3


@dataclass(frozen=True)
class FeedSource:
    """One feed. ``marks`` are what its server said at the last look."""

    address: str
    marks: Marks
    max_bytes: int
    max_entries: int
    seconds: float
    kind: Kind = "feed"
    units: int = 0

    @property
    def name(self) -> str:
        """Its address."""
        return self.address

    def fetch(self, client: YouTubeClient) -> Sightings:
        """Read what is new in the feed; nothing where the server says that nothing has changed (304).

        Raises NotFound, RequestRefused, NotAttempted, Retriable or MalformedAnswer.
        """
        try:
            with (
                httpx.Client(timeout=self.seconds, follow_redirects=True, max_redirects=_REDIRECTS) as web,
                web.stream("GET", self.address, headers=self._headers()) as answer,
            ):
                at = answered_at(answer.headers, lambda: datetime.now(UTC))
                if answer.status_code == 304:
                    return Sightings((), at)
                self._judge(answer)
                content = self._content(answer)
        except (httpx.TooManyRedirects, httpx.UnsupportedProtocol, httpx.InvalidURL) as error:
            raise RequestRefused(f"{self.address}: {error}", status=0, reason=type(error).__name__) from None
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise NotAttempted(f"{self.address}: no connection: {error}") from None
        except httpx.HTTPError as error:
            raise Retriable(f"{self.address}: the answer was lost: {type(error).__name__}") from None
        stories, found, skipped = read_feed(
            content,
            address=self.address,
            content_type=answer.headers.get("content-type", "application/xml"),
            at=at,
            most=self.max_entries,
        )
        marks = Marks(answer.headers.get("etag"), answer.headers.get("last-modified"))
        return Sightings((), at, skipped, found, stories, marks)

    def _headers(self) -> dict[str, str]:
        # Uncompressed, so that what comes is as long as what is counted.
        headers = {"user-agent": _AGENT, "accept": _ACCEPTED, "accept-encoding": "identity"}
        if self.marks.etag:
            headers["if-none-match"] = self.marks.etag
        if self.marks.last_modified:
            headers["if-modified-since"] = self.marks.last_modified
        return headers

    def _judge(self, answer: httpx.Response) -> None:
        status = answer.status_code
        text = f"{self.address}: {status} {answer.reason_phrase}"
        wait = retry_after_seconds(answer.headers)
        if status == 429:
            raise NotAttempted(text, retry_after_seconds=wait)
        if status >= 500 or status == 408:
            raise Retriable(text, retry_after_seconds=wait)
        if status in (404, 410):
            raise NotFound(text, status=status, reason=answer.reason_phrase)
        if status != 200:
            raise RequestRefused(text, status=status, reason=answer.reason_phrase)
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise MalformedAnswer(f"{self.address}: the answer is compressed although that was not asked for")

    def _content(self, answer: httpx.Response) -> bytes:
        content = bytearray()
        end = time.monotonic() + self.seconds
        for chunk in answer.iter_raw():
            content += chunk
            if len(content) > self.max_bytes:
                raise MalformedAnswer(f"{self.address}: the feed is longer than {self.max_bytes:,} bytes")
            if time.monotonic() > end:
                raise Retriable(f"{self.address}: the feed took longer than {self.seconds:g} s")
        return bytes(content)
