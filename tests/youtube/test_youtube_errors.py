"""Google's real error bodies lead to the branch of our tree by which one recovers, and to what Airflow does then."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from airflow.sdk import RetryAction
from error_bodies import CASES, UPLOADS_A_DAY, Case
from upload_scene import Sandbox, sandbox_settings

from dags.house.rules import LONGEST_WAIT, RETRY_POLICY
from sandbox.google_errors import KNOWN
from ytempire.errors import (
    CredentialsRevoked,
    Deferred,
    NotAttempted,
    Permanent,
    QuotaExhausted,
    RequestRefused,
    Retriable,
    YtempireError,
)
from ytempire.youtube.client import YouTubeClient
from ytempire.youtube.credentials import OAuthCredentials
from ytempire.youtube.errors import error_from_answer, retry_after_seconds

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
PACIFIC_MIDNIGHT = datetime(2026, 7, 2, 7, tzinfo=UTC)
BUCKETS = {"videos.insert": "videos.insert", "search.list": "search.list"}


def mapped(status: int, content: bytes, method: str = "videos.list", **headers: str) -> YtempireError:
    return error_from_answer(status, headers, content, method=method, now=NOW)


def camel(reason: str) -> str:
    return re.sub(r"_(\w)", lambda found: found[1].upper(), reason.lower()) if reason.isupper() else reason


@pytest.mark.parametrize("form", ["older", "newer"])
@pytest.mark.parametrize("case", CASES, ids=str)
def test_every_reason_leads_to_its_branch_and_to_airflows_decision(case: Case, form: str) -> None:
    error = mapped(case.status, getattr(case, form)(), case.method)
    assert type(error) is case.expected
    if not isinstance(error, QuotaExhausted):
        assert case.method in str(error) and case.message in str(error)
    if isinstance(error, RequestRefused):
        assert (error.status, error.reason) == (case.status, camel(case.reason))
    if isinstance(error, QuotaExhausted):
        assert (error.bucket, error.until) == (BUCKETS.get(case.method, "default"), PACIFIC_MIDNIGHT)
    elif isinstance(error, Deferred):
        assert error.until == NOW + timedelta(hours=24 if case.method == "videos.insert" else 1)
    decision = RETRY_POLICY.evaluate(error, try_number=1, max_tries=3)
    fails = isinstance(error, Permanent | Deferred)
    assert decision.action is (RetryAction.FAIL if fails else RetryAction.DEFAULT)


def test_the_table_knows_every_reason_that_the_sandbox_can_send() -> None:
    assert set(KNOWN) - {case.reason for case in CASES} == set()


@pytest.mark.parametrize("reason", ["rateLimitExceeded", "resourceExhausted"])
def test_a_days_bucket_is_known_by_the_newer_forms_own_facts(reason: str) -> None:
    case = Case("videos.insert", 429, reason, "global", "Resource has been exhausted.", NotAttempted)
    for facts in ({"quota_unit": "1/d/{project}"}, {"quota_limit": "VideoUploadsPerDayPerProject"}):
        assert isinstance(mapped(429, case.newer(**facts), "videos.insert"), QuotaExhausted)
    a_minute = case.newer(quota_unit="1/min/{project}/{user}", quota_limit="QueriesPerMinutePerUser")
    assert type(mapped(429, a_minute, "videos.insert")) is NotAttempted


def test_a_body_of_both_forms_is_read_by_its_finer_reason() -> None:
    older = json.loads(Case("videos.insert", 429, "rateLimitExceeded", "global", UPLOADS_A_DAY, Deferred).older())
    older["error"] |= {"status": "RESOURCE_EXHAUSTED", "details": [{"@type": "x", "reason": "OTHER"}, "text", None]}
    assert isinstance(mapped(429, json.dumps(older).encode(), "videos.insert"), QuotaExhausted)
    refused = {"error": {"code": 403, "status": "PERMISSION_DENIED", "message": "No."}}
    error = mapped(403, json.dumps(refused).encode())
    assert isinstance(error, RequestRefused) and error.reason == "permissionDenied"


@pytest.mark.parametrize(
    ("status", "reason"),
    [(403, "rateLimitExceeded"), (403, "userRateLimitExceeded"), (429, "rateLimitExceeded"), (429, ""), (503, "")],
)
def test_the_time_asked_for_reaches_airflow(status: int, reason: str) -> None:
    content = Case("videos.list", status, reason, "usageLimits", "Slow down", Retriable).older()
    error = mapped(status, content, **{"retry-after": "7"})
    assert isinstance(error, Retriable) and error.retry_after_seconds == 7
    decision = RETRY_POLICY.evaluate(error, try_number=1, max_tries=3)
    assert (decision.action, decision.retry_delay) == (RetryAction.RETRY, timedelta(seconds=7))
    patient = RETRY_POLICY.evaluate(Retriable("", retry_after_seconds=1e9), try_number=1, max_tries=3)
    assert patient.retry_delay == LONGEST_WAIT


def test_the_newer_form_may_say_the_wait_in_its_body() -> None:
    wait = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "1.5s"}
    content = json.dumps({"error": {"code": 503, "status": "UNAVAILABLE", "message": "", "details": [wait]}}).encode()
    for headers, seconds in (({}, 1.5), ({"retry-after": "4"}, 4.0)):
        error = mapped(503, content, **headers)
        assert isinstance(error, Retriable) and error.retry_after_seconds == seconds


@pytest.mark.parametrize("content", [b"", b"<html>Bad gateway</html>", b"\xff\xfe", b'{"error": null}', b"[1]",
                                     b'{"error": {"errors": {}, "details": {}}}', b"[" * 100_000])  # fmt: skip
@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_server_that_is_ill_is_tried_again_whatever_its_body_says(status: int, content: bytes) -> None:
    error = mapped(status, content)
    assert isinstance(error, Retriable)
    assert not isinstance(error, NotAttempted)


def test_a_body_of_a_megabyte_does_not_fill_the_log() -> None:
    long = "x" * 1_000_000
    for content in (long.encode(), json.dumps({"error": long}).encode(),
                    Case("videos.list", 400, long, "global", long, RequestRefused).older()):  # fmt: skip
        assert len(str(mapped(400, content))) < 1_500


def test_retry_after_may_be_a_date_and_is_counted_from_the_answers_own_clock() -> None:
    headers = {"retry-after": "Wed, 01 Jul 2026 12:00:30 GMT", "date": "Wed, 01 Jul 2026 12:00:00 GMT"}
    assert retry_after_seconds(headers) == 30
    assert retry_after_seconds({"retry-after": "soon"}) is None
    assert retry_after_seconds({}) is None


@pytest.mark.parametrize("form", ["older", "newer"])
def test_the_client_raises_what_the_body_means_on_calls_and_in_uploads(
    sandbox_url: str, form: str, tmp_path: Path
) -> None:
    """Both ways out: through Google's library, and through our own steps of the upload protocol."""
    sandbox = Sandbox(sandbox_url)
    opened = sandbox.post("channels", title="Charts")
    credentials = OAuthCredentials(opened["client_id"], opened["client_secret"], opened["refresh_token"])
    image = tmp_path / "image.jpg"
    image.write_bytes(b"image")
    with YouTubeClient(sandbox_settings(sandbox_url, max_attempts=1), credentials=credentials) as client:
        calls = {
            "videos.list": lambda: client.videos(["abcdefghijk"]),
            "thumbnails.set": lambda: client.set_thumbnail("abcdefghijk", image),
            "videos.insert": lambda: client.uploads_protocol.open_session(
                {"snippet": {"title": "t"}}, total_bytes=1, mime_type="video/mp4"
            ),
        }
        for case in CASES:
            if case.method not in calls or case.status == 401:
                continue
            body = json.loads(getattr(case, form)())
            sandbox.fault("/youtube/v3/(videos|thumbnails)", status=case.status, body=body)
            with pytest.raises(case.expected) as caught:
                calls[case.method]()
            assert type(caught.value) is case.expected, case


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (400, "invalid_grant", CredentialsRevoked),
        (401, "invalid_client", RequestRefused),
        (400, "unauthorized_client", RequestRefused),
        (400, "invalid_scope", RequestRefused),
        (500, "internal_failure", NotAttempted),
        (503, "backend_error", NotAttempted),
    ],
)
def test_a_token_that_is_refused_pauses_a_channel_only_where_its_consent_is_gone(
    sandbox_url: str, status: int, code: str, expected: type[YtempireError]
) -> None:
    body = {"error": code, "error_description": "Token has been expired or revoked."}
    Sandbox(sandbox_url).fault("/token", status=status, body=body, times=-1)
    credentials = OAuthCredentials("id", "secret", "token")
    settings = sandbox_settings(sandbox_url, max_attempts=1)
    with YouTubeClient(settings, credentials=credentials) as client, pytest.raises(expected) as caught:
        client.my_channel()
    assert type(caught.value) is expected
