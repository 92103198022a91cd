"""From Google's error answers to our exception tree: here, where the knowledge is.

Sources: https://developers.google.com/youtube/v3/docs/errors and
https://developers.google.com/youtube/v3/determine_quota_cost.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from ytempire.clock import next_pacific_midnight
from ytempire.errors import (
    CredentialsRevoked,
    Deferred,
    NotAttempted,
    NotFound,
    QuotaExhausted,
    RequestRefused,
    Retriable,
    YtempireError,
)
from ytempire.youtube.quota import bucket_of

_RATE_REASONS = {"rateLimitExceeded", "userRateLimitExceeded"}
_QUOTA_REASONS = {"quotaExceeded", "dailyLimitExceeded"}
_RETRIABLE_STATUSES = {408, 409}
_UPLOAD_LIMIT_PAUSE = timedelta(hours=24)
_LONGEST_MESSAGE = 500


@dataclass(frozen=True)
class _ErrorBody:
    reason: str
    message: str


def error_from_answer(
    status: int, headers: Mapping[str, str], content: bytes, *, method: str, now: datetime
) -> YtempireError:
    """Return the error that an answer of ``status`` (>= 400) to ``method`` means.

    ``headers`` have lower-case names; ``method`` is "videos.insert" and the like;
    ``now``, YouTube's own time of the answer, decides when a quota bucket is full again.
    """
    body = _read_body(content)
    text = f"{method}: {status} {body.reason}: {body.message}".replace("  ", " ")
    if status == 401:
        return CredentialsRevoked(text)
    if status in (403, 429) and _is_daily(status, body):
        return QuotaExhausted(bucket_of(method) or method, until=next_pacific_midnight(now))
    if status == 400 and body.reason == "uploadLimitExceeded":
        return Deferred(text, until=now + _UPLOAD_LIMIT_PAUSE)
    wait = retry_after_seconds(headers)
    if status == 429 or body.reason in _RATE_REASONS:
        return NotAttempted(text, retry_after_seconds=wait)
    if status >= 500 or (status in _RETRIABLE_STATUSES and body.reason != "captionExists"):
        return Retriable(text, retry_after_seconds=wait)
    refusal = NotFound if status in (404, 410) else RequestRefused
    return refusal(text, status=status, reason=body.reason)


def _is_daily(status: int, body: _ErrorBody) -> bool:
    """Whether the answer speaks of a day's bucket: then backoff does not help."""
    return body.reason in _QUOTA_REASONS or (status == 429 and "per day" in body.message)


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """Return the wait that a ``retry-after`` header asks for (RFC 9110, 10.2.3), or None."""
    value = headers.get("retry-after", "").strip()
    if value.isdigit():
        return float(value)
    if not value:
        return None
    try:
        moment = parsedate_to_datetime(value)
        answered = parsedate_to_datetime(headers["date"])
        return max(0.0, (moment - answered).total_seconds())
    except (KeyError, TypeError, ValueError):
        return None


def _read_body(content: bytes) -> _ErrorBody:
    """Read either of Google's forms; anything else is its own message."""
    text = content.decode("utf-8", errors="replace")
    try:
        error: Any = json.loads(text)["error"]
    except (ValueError, KeyError, TypeError):
        return _ErrorBody("", text[:_LONGEST_MESSAGE].strip())
    if not isinstance(error, dict):
        return _ErrorBody(str(error), "")
    details = error.get("errors")
    first = details[0] if isinstance(details, list) and details and isinstance(details[0], dict) else {}
    reason = first.get("reason") or error.get("status") or ""
    return _ErrorBody(str(reason), str(error.get("message", ""))[:_LONGEST_MESSAGE])
