"""Faults on demand, and the quota of the one API project."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaFileUpload
from sandbox_support import Control, body_of, movie, reason

CHART = {"part": "id", "chart": "mostPopular", "regionCode": "US", "key": "k"}


def chart(control: Control) -> httpx.Response:
    return control.http.get(f"{control.url}/youtube/v3/videos", params=CHART)


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        ({"status": 503}, (503, "backendError")),
        ({"status": 500}, (500, "internalError")),
        ({"status": 403, "reason": "quotaExceeded"}, (403, "quotaExceeded")),
        ({"status": 429, "reason": "rateLimitExceeded"}, (429, "rateLimitExceeded")),
        ({"status": 400, "reason": "uploadLimitExceeded"}, (400, "uploadLimitExceeded")),
    ],
)
def test_a_fault_answers_with_the_real_body(control: Control, fault: dict[str, Any], expected: tuple[int, str]) -> None:
    control.fault("^/youtube/v3/videos", headers={"Retry-After": "7"}, **fault)
    answer = chart(control)
    assert reason(answer) == expected
    assert answer.headers["retry-after"] == "7"
    assert chart(control).status_code == 200
    assert control.journal("quota.charged") != []


def test_a_fault_skips_repeats_and_is_cleared(control: Control) -> None:
    control.fault("videos", status=503, skip=1, times=2)
    assert [chart(control).status_code for _ in range(4)] == [200, 503, 503, 200]
    control.fault("videos", method="POST", status=503, times=-1)
    assert chart(control).status_code == 200
    control.fault("chart=mostPopular", status=503, times=-1)
    assert [chart(control).status_code for _ in range(2)] == [503, 503]
    control.http.delete(f"{control.url}/control/faults")
    assert chart(control).status_code == 200


def test_a_connection_is_cut_before_or_after_the_effect(control: Control, raw: httpx.Client, youtube: Any) -> None:
    for cut, effects in (("before", 0), ("after", 1)):
        control.fault("/playlists", method="POST", cut=cut)
        with pytest.raises(httpx.TransportError):
            raw.post("/youtube/v3/playlists", params={"part": "snippet"}, json={"snippet": {"title": "x"}})
        assert len(control.journal("playlist.inserted")) == effects
    assert control.get("health") == {"status": "healthy"}


def test_latency_delays_one_request_and_no_other(control: Control) -> None:
    control.fault("videos", latency_seconds=0.6)
    with ThreadPoolExecutor(1) as pool:
        started = time.monotonic()
        slow = pool.submit(chart, control)
        while not control.journal("fault.injected"):
            time.sleep(0.02)
        assert time.monotonic() - started < 0.55
        assert slow.result().status_code == 200
        assert time.monotonic() - started >= 0.6


@pytest.mark.parametrize("fault", [{"path": "("}, {"path": "x", "cut": "sometimes"}, {"path": "x", "mood": 1}])
def test_a_senseless_fault_is_refused(control: Control, fault: dict[str, Any]) -> None:
    assert control.http.post(f"{control.url}/control/faults", json=fault).status_code == 422


def test_every_call_draws_on_its_bucket(control: Control, youtube: Any, reader: Any) -> None:
    reader.videos().list(part="id", id="a").execute()
    reader.videos().batchGetStats(part="id", id="a").execute()
    reader.search().list(part="snippet", q="a").execute()
    youtube.playlists().insert(part="snippet", body={"snippet": {"title": "x"}}).execute()
    with pytest.raises(HttpError):
        youtube.playlists().insert(part="snippet", body={}).execute()
    assert control.get("quota")["used"] == {
        "default": 52,
        "search.list": 1,
        "videos.batchGetStats": 1,
        "videos.insert": 0,
    }


def test_an_empty_bucket_fills_at_midnight_pacific_and_leaves_the_others_alone(control: Control, reader: Any) -> None:
    control.post("clock", now="2026-07-01T06:30:00Z")
    control.post("quota", limits={"default": 2})
    for expected in (200, 200, 403, 403):
        answer = chart(control)
        assert answer.status_code == expected
    assert reason(answer) == (403, "quotaExceeded")
    assert control.get("quota")["used"]["default"] == 2
    reader.search().list(part="snippet", q="a").execute()
    control.post("clock", now="2026-07-01T07:00:01Z")
    assert chart(control).status_code == 200


def test_the_upload_bucket_has_its_own_refusal(
    control: Control, youtube: Any, file: Callable[[str, bytes], str]
) -> None:
    control.post("quota", limits={"videos.insert": 0})
    media = MediaFileUpload(file("v.mp4", movie()), mimetype="video/mp4", resumable=True)
    with pytest.raises(HttpError) as refused:
        youtube.videos().insert(part="snippet,status", body=body_of(), media_body=media).execute()
    assert reason(refused.value) == (429, "rateLimitExceeded")
    assert "Video Uploads per day" in str(refused.value)
    assert control.journal("upload.session_created") == []


def test_many_at_once_never_overspend_a_bucket(control: Control) -> None:
    control.post("quota", limits={"default": 25})
    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda _: chart(control).status_code, range(40)))
    assert sorted(set(statuses)) == [200, 403]
    assert statuses.count(200) == control.get("quota")["used"]["default"] == 25


def test_an_unknown_bucket_is_refused(control: Control) -> None:
    answer = control.http.post(f"{control.url}/control/quota", json={"limits": {"downloads": 1}})
    assert answer.status_code == 422
