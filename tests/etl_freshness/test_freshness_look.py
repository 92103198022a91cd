"""Young videos are looked at live, within the bucket of their method, and nobody waits for ever."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from channel_rows import add_job, add_upload
from etl_rows import add_channel, add_video

from etl.freshness.clients import statistics_client
from etl.freshness.look import ALERT, FreshnessSummary, look, young_videos
from ytempire.alerts import list_alerts
from ytempire.database.connection import Connection
from ytempire.errors import YtempireError
from ytempire.settings import Settings, YouTubeSettings
from ytempire.youtube.client import YouTubeClient

NOW = datetime(2026, 11, 22, 19, 30, tzinfo=UTC)
METHOD = "videos.batchGetStats"


@pytest.fixture
def settings(sandbox_url: str) -> Settings:
    httpx.post(f"{sandbox_url}/control/clock", json={"now": NOW.isoformat()}).raise_for_status()
    youtube = YouTubeSettings(root_url=f"{sandbox_url}/", max_attempts=2, backoff_initial_seconds=0.01)
    return Settings(youtube=youtube)


@pytest.fixture
def charting(settings: Settings) -> list[str]:
    """120 videos that exist."""
    with YouTubeClient(settings.youtube, api_key="key") as reader:
        charts = [reader.most_popular(region).value for region in ("US", "DE", "IN", "BR", "JP", "GB")]
    ids = list(dict.fromkeys(video.youtube_video_id for chart in charts for video in chart))
    assert len(ids) >= 120
    return ids[:120]


@pytest.fixture
def publish(connection: Connection) -> Callable[..., list[UUID]]:
    channel = add_channel(connection, "UCfresh")

    def videos(ids: list[str], at: datetime = NOW - timedelta(hours=3)) -> list[UUID]:
        return [add_video(connection, channel, name, at) for name in ids]

    return videos


def run(connection: Connection, settings: Settings, now: datetime = NOW) -> FreshnessSummary:
    with statistics_client(connection, settings, "key", lambda: now) as client:
        return look(connection, client, settings, young_videos(connection, settings, now), clock=lambda: now)


def live(connection: Connection) -> list[dict[str, Any]]:
    query = "SELECT * FROM ytempire.video_metrics WHERE source = 'live' ORDER BY time, video_id"
    return connection.execute(query).fetchall()


def calls(sandbox_url: str) -> int:
    entries = httpx.get(f"{sandbox_url}/control/journal", params={"kind": "quota.charged"}).json()["entries"]
    return sum(entry["details"]["bucket"] == METHOD for entry in entries)


def fault(sandbox_url: str, **values: object) -> None:
    body = {"path": "/youtube/v3/videos:batchGetStats", **values}
    httpx.post(f"{sandbox_url}/control/faults", json=body).raise_for_status()


def test_every_young_video_is_seen_once_and_old_or_private_ones_are_not(
    connection: Connection, settings: Settings, sandbox_url: str, charting: list[str], publish: Any
) -> None:
    young = publish(charting)
    publish(["too old"], NOW - timedelta(hours=49))
    publish(["of tomorrow"], NOW + timedelta(minutes=1))
    publish(["gone"])
    found = run(connection, settings)
    assert (found.young, found.observed, found.waiting, found.missing) == (121, 120, 0, ["gone"])
    assert (found.calls, calls(sandbox_url), found.failed) == (3, 3, [])
    assert found.stalest_seconds < 5
    rows = live(connection)
    assert {row["video_id"] for row in rows} == set(young)
    assert all(NOW <= row["time"] < NOW + timedelta(seconds=30) for row in rows)
    assert {str(row["day"]) for row in rows} == {"2026-11-22"}
    # Nobody tells how often they were shared, and what is hidden is not zero.
    assert {row["shares"] for row in rows} == {None} and min(row["views"] for row in rows) > 0
    with YouTubeClient(settings.youtube, api_key="key") as reader:
        shown = {one.youtube_video_id: one for one in reader.videos(charting).value}
    sample = connection.execute(
        "SELECT youtube_video_id, views, likes, comments FROM ytempire.video_metrics JOIN ytempire.videos"
        " USING (video_id) WHERE source = 'live'"
    ).fetchall()
    for row in sample:
        seen = shown[row["youtube_video_id"]]
        assert (row["likes"] is None) == (seen.likes is None) and abs(row["views"] - seen.views) <= 0.01 * seen.views


def test_a_look_that_is_repeated_adds_no_second_fact_of_a_moment_and_a_later_one_adds_its_own(
    connection: Connection, settings: Settings, sandbox_url: str, charting: list[str], publish: Any
) -> None:
    publish(charting[:3])
    for _ in range(2):
        run(connection, settings)
    before = live(connection)
    assert len({(row["video_id"], row["time"]) for row in before}) == len(before)
    later = NOW + timedelta(minutes=1)
    httpx.post(f"{sandbox_url}/control/clock", json={"now": later.isoformat()}).raise_for_status()
    run(connection, settings, later)
    assert len([row for row in live(connection) if row["time"] >= later]) == 3
    assert live(connection)[: len(before)] == before


def test_a_video_whose_slot_has_passed_is_looked_at_before_anybody_has_noted_it(
    connection: Connection, settings: Settings, charting: list[str]
) -> None:
    job = add_job(connection, add_channel(connection, "UCslots"), "running")
    add_upload(connection, job, "scheduled", youtube_video_id=charting[0], publish_at=NOW, slot_day=NOW.date())
    connection.execute("UPDATE ytempire.videos SET status = 'scheduled'")
    assert young_videos(connection, settings, NOW - timedelta(seconds=1)) == []
    assert run(connection, settings).observed == 1
    connection.execute("UPDATE ytempire.videos SET status = 'deleted'")
    assert young_videos(connection, settings, NOW) == []


def test_when_the_day_has_too_few_calls_the_videos_take_turns(
    connection: Connection, settings: Settings, sandbox_url: str, charting: list[str], publish: Any
) -> None:
    publish(charting)
    # 1,440 calls a day: one a minute, for three batches.
    short = settings.model_copy(
        update={
            "youtube": settings.youtube.model_copy(update={"daily_batch_stats": 1_440}),
            "freshness": settings.freshness.model_copy(update={"advance_calls": 0}),
        }
    )
    start = NOW.replace(hour=8, minute=0)
    connection.execute("UPDATE ytempire.videos SET published_at = %s", [start - timedelta(hours=1)])
    seen: list[int] = []
    for minute in range(6):
        now = start + timedelta(minutes=minute)
        httpx.post(f"{sandbox_url}/control/clock", json={"now": now.isoformat()}).raise_for_status()
        found = run(connection, short, now)
        seen.append(found.observed)
        assert found.calls == 1 and found.waiting == 120 - found.observed
    assert seen == [50] * 6 and calls(sandbox_url) == 6
    times = connection.execute(
        "SELECT count(*) AS n FROM ytempire.video_metrics WHERE source = 'live' GROUP BY video_id"
    ).fetchall()
    # 300 turns among 120: nobody has two more than another.
    assert {row["n"] for row in times} == {2, 3} and len(times) == 120
    idle = run(connection, short, start + timedelta(minutes=36))
    assert idle.calls == 3, "calls that were not made earlier on the day may be made now"


def test_a_failing_batch_leaves_the_others_and_a_failing_service_is_told(
    connection: Connection, settings: Settings, sandbox_url: str, charting: list[str], publish: Any
) -> None:
    publish(charting)
    fault(sandbox_url, status=503, times=2)
    found = run(connection, settings)
    assert (found.observed, found.waiting) == (70, 50) and len(found.failed) == 1
    first = {row["video_id"] for row in live(connection)}
    fault(sandbox_url, status=500, times=-1)
    with pytest.raises(YtempireError):
        run(connection, settings)
    assert {row["video_id"] for row in live(connection)} == first
    httpx.delete(f"{sandbox_url}/control/faults").raise_for_status()
    later = NOW + timedelta(minutes=1)
    waiting = [one["video_id"] for one in young_videos(connection, settings, later)][:50]
    assert not first & set(waiting), "those that had no turn come first"


def test_an_empty_bucket_stops_the_looks_and_the_alert_goes_when_they_come_back(
    connection: Connection, settings: Settings, sandbox_url: str, charting: list[str], publish: Any
) -> None:
    publish(charting[:60], NOW - timedelta(hours=2))
    run(connection, settings)
    httpx.post(f"{sandbox_url}/control/quota", json={"limits": {METHOD: 2}}).raise_for_status()
    later = NOW + timedelta(seconds=301)
    httpx.post(f"{sandbox_url}/control/clock", json={"now": later.isoformat()}).raise_for_status()
    with pytest.raises(YtempireError):
        run(connection, settings, later)
    before = calls(sandbox_url)
    found = run(connection, settings, later + timedelta(seconds=45))
    assert (found.calls, found.waiting, calls(sandbox_url)) == (0, 60, before), "a closed bucket is not asked again"
    (alert,) = list_alerts(connection)
    assert alert.kind == ALERT and "60 of 60" in alert.message and found.stalest_seconds > 300
    httpx.post(f"{sandbox_url}/control/quota", json={"limits": {METHOD: 10_000}}).raise_for_status()
    tomorrow = NOW + timedelta(hours=13)
    httpx.post(f"{sandbox_url}/control/clock", json={"now": tomorrow.isoformat()}).raise_for_status()
    assert run(connection, settings, tomorrow).observed == 60
    assert list_alerts(connection) == []
