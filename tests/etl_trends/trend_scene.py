"""What the tests of the trend watch over HTTP start from: settings on the sandbox, a clock and faults of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import httpx

from ytempire.settings import Settings, TrendSettings, YouTubeSettings
from ytempire.youtube.client import YouTubeClient


def trend_settings(sandbox_url: str, *, daily_units: int = 10_000, **trends: Any) -> Settings:
    youtube = YouTubeSettings(
        root_url=f"{sandbox_url}/", max_attempts=2, backoff_initial_seconds=0.01, daily_units=daily_units
    )
    return Settings(youtube=youtube, trends=TrendSettings(**{"regions": ["US", "DE"], "chart_size": 20} | trends))


def charting_channels(settings: Settings, regions: list[str], most: int) -> list[str]:
    """Channels whose videos chart now: they have uploads that are young."""
    with YouTubeClient(settings.youtube, api_key="key") as reader:
        charts = [video for region in regions for video in reader.most_popular(region, 50).value]
    return list(dict.fromkeys(video.youtube_channel_id for video in charts))[:most]


def set_clock(sandbox_url: str, now: datetime) -> None:
    httpx.post(f"{sandbox_url}/control/clock", json={"now": now.isoformat()}).raise_for_status()


def fault(sandbox_url: str, **values: object) -> None:
    httpx.post(f"{sandbox_url}/control/faults", json={"times": -1, **values}).raise_for_status()


def mend(sandbox_url: str) -> None:
    httpx.delete(f"{sandbox_url}/control/faults").raise_for_status()


def journal(sandbox_url: str, kind: str) -> list[dict[str, Any]]:
    """The details of the sandbox's entries of a kind."""
    answer = httpx.get(f"{sandbox_url}/control/journal", params={"kind": kind})
    return [entry["details"] for entry in answer.json()["entries"]]


def charged(sandbox_url: str) -> dict[str, int]:
    """Units that the sandbox charged, by method."""
    units: dict[str, int] = {}
    for entry in journal(sandbox_url, "quota.charged"):
        units[entry["method"]] = units.get(entry["method"], 0) + entry["units"]
    return units
