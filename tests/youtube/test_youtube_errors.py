"""Google's real error bodies lead to the branch of our tree by which one recovers."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

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
from ytempire.youtube.errors import error_from_answer, retry_after_seconds

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
PACIFIC_MIDNIGHT = datetime(2026, 7, 2, 7, tzinfo=UTC)


def body(status: int, reason: str, message: str, domain: str = "youtube.quota") -> bytes:
    return json.dumps(
        {
            "error": {
                "code": status,
                "message": message,
                "errors": [{"message": message, "domain": domain, "reason": reason}],
            }
        }
    ).encode()


def mapped(status: int, content: bytes, method: str = "videos.list", **headers: str) -> YtempireError:
    return error_from_answer(status, headers, content, method=method, now=NOW)


def test_an_exhausted_quota_waits_for_the_pacific_midnight() -> None:
    message = 'The request cannot be completed because you have exceeded your <a href="/youtube">quota</a>.'
    error = mapped(403, body(403, "quotaExceeded", message))
    assert isinstance(error, QuotaExhausted)
    assert (error.bucket, error.until) == ("default", PACIFIC_MIDNIGHT)


def test_video_uploads_per_day_is_a_bucket_and_no_rate() -> None:
    message = "Quota exceeded for quota metric 'Video Uploads' and limit 'Video Uploads per day' of service"
    error = mapped(429, body(429, "rateLimitExceeded", message, "global"), method="videos.insert")
    assert isinstance(error, QuotaExhausted)
    assert error.bucket == "videos.insert"


def test_a_channels_own_upload_limit_waits_a_day() -> None:
    message = "The user has exceeded the number of videos they may upload."
    error = mapped(400, body(400, "uploadLimitExceeded", message, "youtube.video"), method="videos.insert")
    assert type(error) is Deferred
    assert error.until == NOW + timedelta(hours=24)


@pytest.mark.parametrize(
    ("status", "reason"),
    [(403, "rateLimitExceeded"), (403, "userRateLimitExceeded"), (429, "rateLimitExceeded"), (429, "")],
)
def test_a_rate_that_is_too_high_is_tried_again_after_the_time_asked_for(status: int, reason: str) -> None:
    error = mapped(status, body(status, reason, "Slow down", "usageLimits"), **{"retry-after": "7"})
    assert isinstance(error, NotAttempted)
    assert error.retry_after_seconds == 7


@pytest.mark.parametrize("content", [b"", b"<html>Bad gateway</html>", b"\xff\xfe", b'{"error": null}', b"[1]"])
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_that_is_ill_is_tried_again_whatever_its_body_says(status: int, content: bytes) -> None:
    error = mapped(status, content)
    assert isinstance(error, Retriable)
    assert not isinstance(error, NotAttempted)


@pytest.mark.parametrize(
    ("status", "reason", "kind"),
    [
        (400, "invalidTitle", RequestRefused),
        (403, "insufficientPermissions", RequestRefused),
        (403, "forbidden", RequestRefused),
        (404, "videoNotFound", NotFound),
        (409, "captionExists", RequestRefused),
    ],
)
def test_a_refusal_is_final_and_keeps_its_reason(status: int, reason: str, kind: type[RequestRefused]) -> None:
    error = mapped(status, body(status, reason, "No.", "youtube.video"))
    assert type(error) is kind
    assert isinstance(error, RequestRefused)
    assert (error.status, error.reason) == (status, reason)


def test_an_access_token_that_a_refresh_does_not_heal_needs_a_person() -> None:
    assert isinstance(mapped(401, body(401, "authError", "Invalid Credentials")), CredentialsRevoked)


def test_a_body_of_a_megabyte_does_not_fill_the_log() -> None:
    assert len(str(mapped(400, b"x" * 1_000_000))) < 1_000


def test_retry_after_may_be_a_date_and_is_counted_from_the_answers_own_clock() -> None:
    headers = {"retry-after": "Wed, 01 Jul 2026 12:00:30 GMT", "date": "Wed, 01 Jul 2026 12:00:00 GMT"}
    assert retry_after_seconds(headers) == 30
    assert retry_after_seconds({"retry-after": "soon"}) is None
    assert retry_after_seconds({}) is None
