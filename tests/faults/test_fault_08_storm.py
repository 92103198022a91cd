"""Fault 8: a storm of 5xx and 429: jittered backoff, Retry-After obeyed, a bound on calls."""

from __future__ import annotations

import pytest
from upload_scene import CHUNK, Sandbox, Stage, sandbox_settings

from ytempire.database.connection import Connection
from ytempire.errors import NotAttempted, Retriable
from ytempire.publishing import upload_video
from ytempire.youtube.client import YouTubeClient

CHART = "/youtube/v3/videos"


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_storm_has_an_end_in_calls_and_waits_differ(sandbox_url: str, status: int) -> None:
    waits: list[float] = []
    Sandbox(sandbox_url).fault(CHART, status=status, times=-1)
    settings = sandbox_settings(sandbox_url, max_attempts=5, backoff_initial_seconds=1, backoff_max_seconds=3)
    with YouTubeClient(settings, api_key="k", sleep=waits.append) as client, pytest.raises(Retriable):
        client.most_popular("US")
    assert len(Sandbox(sandbox_url).journal("fault.injected")) == 5
    assert len(waits) == 4
    assert all(0 <= wait <= 3 for wait in waits)
    assert len(set(waits)) > 1


def test_a_storm_that_passes_is_not_noticed(sandbox_url: str) -> None:
    for status in (503, 429, 500):
        Sandbox(sandbox_url).fault(CHART, status=status)
    with YouTubeClient(sandbox_settings(sandbox_url), api_key="k") as client:
        assert client.most_popular("US").value


def test_retry_after_is_obeyed(sandbox_url: str) -> None:
    waits: list[float] = []
    Sandbox(sandbox_url).fault(CHART, status=429, reason="rateLimitExceeded", headers={"retry-after": "2"})
    settings = sandbox_settings(sandbox_url, backoff_max_seconds=5)
    with YouTubeClient(settings, api_key="k", sleep=waits.append) as client:
        client.most_popular("US")
    assert waits == [2.0]


def test_a_wait_that_is_too_long_is_left_to_the_caller(sandbox_url: str) -> None:
    waits: list[float] = []
    Sandbox(sandbox_url).fault(CHART, status=503, headers={"retry-after": "3600"}, times=-1)
    with (
        YouTubeClient(sandbox_settings(sandbox_url), api_key="k", sleep=waits.append) as client,
        pytest.raises(Retriable) as caught,
    ):
        client.most_popular("US")
    assert waits == []
    assert caught.value.retry_after_seconds == 3600


def test_every_attempt_that_may_have_counted_is_in_the_ledger(stage: Stage, connection: Connection) -> None:
    stage.sandbox.fault(CHART, status=500, times=1)
    stage.sandbox.fault(CHART, status=429, reason="rateLimitExceeded", times=1)
    with stage.client(connection) as client:
        client.videos(["abcdefghijk"])
    rows = connection.execute("SELECT state FROM ytempire.quota_ledger ORDER BY entry_id")
    assert [row["state"] for row in rows] == ["settled", "released", "settled"]


def test_a_chunk_in_the_storm_is_never_sent_again_without_asking(stage: Stage, connection: Connection) -> None:
    upload_id = stage.new_upload(connection)
    stage.sandbox.fault("/upload/", method="PUT", status=503, skip=1)
    stage.sandbox.fault("/upload/", method="PUT", cut="after", skip=2)
    stage.sandbox.fault("/upload/", method="PUT", cut_after_bytes=CHUNK // 2, skip=3)
    stage.upload(connection, upload_id)
    assert len(stage.sandbox.journal("video.inserted")) == 1
    whole = [entry for entry in stage.sandbox.journal("upload.chunk_received") if not entry["details"]["cut"]]
    assert [entry["details"]["first_byte"] for entry in whole] == [n * CHUNK for n in range(6)]
    assert sum(entry["details"]["repeated_bytes"] for entry in whole) == 0


def test_an_upload_in_an_endless_storm_gives_up_and_keeps_its_place(stage: Stage, connection: Connection) -> None:
    upload_id = stage.new_upload(connection)
    stage.sandbox.fault("/upload/", method="PUT", status=503, times=-1, skip=2)
    waits: list[float] = []
    with stage.client(connection, sleep=waits.append) as client, pytest.raises(Retriable) as caught:
        upload_video(connection, client, stage.settings, upload_id)
    assert not isinstance(caught.value, NotAttempted)
    assert len(waits) <= 2 * stage.settings.youtube.max_attempts
    stage.sandbox.clear_faults()
    stage.upload(connection, upload_id)
    assert [entry["details"]["first_byte"] for entry in stage.sandbox.journal("upload.chunk_received")] == [
        n * CHUNK for n in range(6)
    ]
