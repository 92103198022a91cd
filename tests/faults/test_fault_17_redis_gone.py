"""Fault 17: Redis is flushed or gone. Everything is slower, and nothing is different."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from etl_rows import add_channel, add_video
from own_redis import own_redis

from etl.freshness.clients import statistics_client
from etl.freshness.current import current_metrics
from etl.freshness.look import look, young_videos
from ytempire.cache import Cache, channel_metrics_key
from ytempire.database.connection import Connection
from ytempire.settings import CacheSettings, Settings, YouTubeSettings
from ytempire.youtube.client import YouTubeClient

NOW = datetime(2026, 11, 22, 19, 30, tzinfo=UTC)


@pytest.fixture
def settings(sandbox_url: str) -> Settings:
    httpx.post(f"{sandbox_url}/control/clock", json={"now": NOW.isoformat()}).raise_for_status()
    return Settings(youtube=YouTubeSettings(root_url=f"{sandbox_url}/"))


def test_current_figures_are_the_same_without_redis(connection: Connection, settings: Settings) -> None:
    channel = add_channel(connection, "UCfresh")
    with YouTubeClient(settings.youtube, api_key="key") as reader:
        ids = [video.youtube_video_id for video in reader.most_popular("US", 5).value]
    for name in ids:
        add_video(connection, channel, name, NOW - timedelta(hours=1))

    def observe(cache: Cache | None) -> int:
        with statistics_client(connection, settings, "key", lambda: NOW) as client:
            young = young_videos(connection, settings, NOW)
            return look(connection, client, settings, young, cache=cache, clock=lambda: NOW).observed

    def read(cache: Cache | None) -> Any:
        return current_metrics(connection, settings, channel, NOW, cache)

    with own_redis() as server:
        cache = Cache(server.url, CacheSettings())
        assert observe(cache) == 5
        key = channel_metrics_key(channel)
        assert 290 <= server.client.ttl(key) <= 300
        kept, told = read(cache), read(None)
        assert kept == told and kept.videos == 5 and kept.observed_at >= NOW
        day = "quota:youtube:2026-11-22"
        assert server.client.get(day) == b'{"videos.batchGetStats": 1}' and server.client.ttl(day) <= 86_400
        server.client.flushall()
        assert read(cache) == told
        server.client.set(key, "no JSON {")
        assert read(cache) == told
        server.kill()
        assert read(cache) == told and observe(cache) == 5
        assert read(Cache(server.url, CacheSettings())) == told


def test_a_redis_that_does_not_answer_is_waited_for_once() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as silent:
        cache = Cache(f"redis://127.0.0.1:{silent.getsockname()[1]}/0", CacheSettings(timeout_seconds=0.2))
        began = time.monotonic()
        for _ in range(50):
            assert cache.get("anything") is None
        cache.put({"anything": 1}, 10)
        assert time.monotonic() - began < 2


def test_a_password_in_the_address_is_not_told(caplog: pytest.LogCaptureFixture) -> None:
    assert Cache("redis://:s3cret@127.0.0.1:1/0", CacheSettings()).get("anything") is None
    assert Cache("nonsense://:s3cret@x", CacheSettings()).get("anything") is None
    assert "goes on without it" in caplog.text and "s3cret" not in caplog.text
