"""One call to a Google API: metered, executed, its errors mapped, tried again.

Everything that leaves :mod:`ytempire.youtube` for YouTube goes through :class:`Caller`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from uuid import UUID

import google.auth.exceptions
import httplib2
import httpx
from googleapiclient.errors import Error as LibraryError
from googleapiclient.errors import HttpError

from ytempire.clock import Clock, system_clock
from ytempire.errors import (
    CredentialsRevoked,
    MalformedAnswer,
    NotAttempted,
    RequestRefused,
    Retriable,
    YtempireError,
)
from ytempire.settings import YouTubeSettings
from ytempire.youtube.credentials import OAuthCredentials
from ytempire.youtube.errors import error_from_answer
from ytempire.youtube.quota import QuotaLedger
from ytempire.youtube.retry import retrying
from ytempire.youtube.transport import Body, OnceTransport, authorized_transport

Result = TypeVar("Result")

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)


@dataclass(frozen=True)
class Answer:
    """A JSON object and the ``Date`` of the answer that carried it."""

    body: dict[str, Any]
    at: datetime


@dataclass(frozen=True)
class RawAnswer:
    """An answer of the upload protocol, before anyone has judged its status."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Caller:
    """Executes requests of Google's client library for one channel, or for nobody (public reads)."""

    def __init__(
        self,
        settings: YouTubeSettings,
        *,
        credentials: OAuthCredentials | None = None,
        quota: QuotaLedger | None = None,
        channel_id: UUID | None = None,
        clock: Clock = system_clock,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings = settings
        self._quota = quota
        self._channel_id = channel_id
        self._clock = clock
        self._sleep = sleep
        self._ahead = timedelta()
        self._transport: Any = (
            OnceTransport(settings.timeout_seconds)
            if credentials is None
            else authorized_transport(settings, credentials)
        )

    def call(self, method: str, request: Any, *, repeatable: bool = True) -> Answer:
        """Execute a request of the client library.

        ``repeatable`` says whether doing it twice does no harm; otherwise an answer that
        was lost is not asked for again. Raises errors of :mod:`ytempire.errors` only.
        """
        return self.repeating(lambda: self._execute(method, request), repeatable=repeatable)

    def repeating(self, attempt: Callable[[], Result], *, repeatable: bool = True) -> Result:
        """Run ``attempt`` under the retry policy."""
        return retrying(self._settings, self._sleep, repeatable=repeatable)(attempt)

    def now(self) -> datetime:
        """Return our own time."""
        return self._clock()

    def youtube_now(self) -> datetime:
        """Return YouTube's time, as far as its answers have told it; our own before the first of them."""
        return self._clock() + self._ahead

    def _answered_at(self, headers: Mapping[str, str]) -> datetime:
        at = answered_at(headers, self._clock)
        self._ahead = at - self._clock()
        return at

    def _execute(self, method: str, request: Any) -> Answer:
        seen: list[Mapping[str, str]] = []
        request.add_response_callback(seen.append)
        with self._spending(method), self._translating(method):
            body = request.execute(http=self._transport)
        if not isinstance(body, dict):
            raise MalformedAnswer(f"{method}: the answer is no JSON object")
        return Answer(body, self._answered_at(seen[-1]))

    def send(
        self,
        method: str,
        uri: str,
        verb: str,
        headers: Mapping[str, str],
        body: str | bytes | Body | None,
        *,
        metered: bool = False,
    ) -> RawAnswer:
        """Send one request of the upload protocol, once. Statuses below 400 and 404/410 are returned."""
        with self._spending(method) if metered else nullcontext(), self._translating(method):
            response, content = self._transport.request(uri, method=verb, body=body, headers=dict(headers))
            status, at = int(response.status), self._answered_at(response)
            if status >= 400 and status not in (404, 410):
                raise error_from_answer(status, response, content, method=method, now=at)
        return RawAnswer(status, response, content)

    def close(self) -> None:
        """Close the connections that are kept open."""
        self._transport.close()

    @contextmanager
    def _spending(self, method: str) -> Iterator[None]:
        if self._quota is None:
            yield
            return
        with self._quota.spending(method, self._channel_id):
            yield

    @contextmanager
    def _translating(self, method: str) -> Iterator[None]:
        """Let only errors of our tree out, without the URL: it may carry the API key."""
        try:
            yield
        except YtempireError:
            raise
        except HttpError as error:
            at = self._answered_at(error.resp)
            raise error_from_answer(int(error.resp.status), error.resp, error.content, method=method, now=at) from None
        except google.auth.exceptions.RefreshError as error:
            raise _refresh_error(method, error) from None
        except google.auth.exceptions.GoogleAuthError as error:
            raise NotAttempted(f"{method}: no access token: {type(error).__name__}") from None
        except _NEVER_SENT as error:
            raise NotAttempted(f"{method}: no connection: {error}") from None
        except (httpx.HTTPError, httplib2.HttpLib2Error, LibraryError, OSError) as error:
            raise Retriable(f"{method}: the answer was lost: {type(error).__name__}: {error}") from None


def answered_at(headers: Mapping[str, str], clock: Clock) -> datetime:
    """Return the ``Date`` of an answer; our own time where it has none."""
    try:
        return parsedate_to_datetime(headers["date"])
    except (KeyError, TypeError, ValueError):
        return clock()


def _refresh_error(method: str, error: google.auth.exceptions.RefreshError) -> YtempireError:
    """Tell a lost consent from a token service that is ill (RFC 6749, 5.2)."""
    answer = error.args[1] if len(error.args) > 1 and isinstance(error.args[1], dict) else {}
    code = str(answer.get("error", ""))
    description = str(answer.get("error_description", ""))
    text = f"{method}: no access token: {code or 'the token service failed'} {description}".rstrip()
    if code == "invalid_grant":
        return CredentialsRevoked(text)
    if error.retryable or not code:
        return NotAttempted(text)
    return RequestRefused(text, status=400, reason=code)
