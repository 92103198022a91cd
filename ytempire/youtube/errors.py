"""From Google's error answers to our exception tree: here, where the knowledge is.

Sources: https://developers.google.com/youtube/v3/docs/errors,
https://developers.google.com/youtube/v3/determine_quota_cost and, for reasons of the front end that all of Google's
APIs share, https://cloud.google.com/storage/docs/json_api/v1/status-codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

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
from ytempire.youtube.error_body import ErrorBody, read_error_body
from ytempire.youtube.quota import bucket_of

_RATE_REASONS = {
    "rateLimitExceeded", "userRateLimitExceeded", "rateLimitExceededUnreg", "userRateLimitExceededUnreg",
    "servingLimitExceeded", "concurrentLimitExceeded",
}  # fmt: skip
_QUOTA_REASONS = {"quotaExceeded", "dailyLimitExceeded", "dailyLimitExceededUnreg"}
# The account behind the consent cannot act (any more): a person has to see to it, and connect the channel again.
_ACCOUNT_REASONS = {
    "authenticatedUserAccountClosed", "authenticatedUserAccountSuspended", "authenticatedUserNotChannel",
    "youtubeSignupRequired",
}  # fmt: skip
_RETRIABLE_STATUSES = {408, 409}
# It is there already: trying again leads to the same answer.
_THERE_ALREADY = {"alreadyExists", "captionExists", "videoAlreadyInPlaylist", "duplicate"}
# Limits of one channel over a while that YouTube does not tell exactly.
_CHANNEL_PAUSES = {"uploadLimitExceeded": timedelta(hours=24), "uploadRateLimitExceeded": timedelta(hours=1)}


def error_from_answer(
    status: int, headers: Mapping[str, str], content: bytes, *, method: str, now: datetime
) -> YtempireError:
    """Return the error that an answer of ``status`` (>= 400) to ``method`` means.

    ``headers`` have lower-case names; ``method`` is "videos.insert" and the like;
    ``now``, YouTube's own time of the answer, decides when a quota bucket is full again.
    """
    body = read_error_body(content)
    text = f"{method}: {status} {body.reason}: {body.message}".replace("  ", " ")
    if status == 401 or (status == 403 and body.reason in _ACCOUNT_REASONS):
        return CredentialsRevoked(text)
    if status in (400, 429) and body.reason in _CHANNEL_PAUSES:
        return Deferred(text, until=now + _CHANNEL_PAUSES[body.reason])
    if status in (403, 429) and _is_daily(status, body):
        return QuotaExhausted(bucket_of(method) or method, until=next_pacific_midnight(now))
    wait = retry_after_seconds(headers)
    wait = body.retry_after_seconds if wait is None else wait
    if status == 429 or body.reason in _RATE_REASONS:
        return NotAttempted(text, retry_after_seconds=wait)
    if status >= 500 or (status in _RETRIABLE_STATUSES and body.reason not in _THERE_ALREADY):
        return Retriable(text, retry_after_seconds=wait)
    refusal = NotFound if status in (404, 410) else RequestRefused
    return refusal(text, status=status, reason=body.reason)


def _is_daily(status: int, body: ErrorBody) -> bool:
    """Whether the answer speaks of a day's bucket: then backoff does not help."""
    return body.reason in _QUOTA_REASONS or (status == 429 and body.per_day)


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
