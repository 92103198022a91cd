"""Watch lists within the share of the quota: in batches, in turn, by several workers, and visible to an operator."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from etl_rows import add_channel
from trend_scene import charged, charting_channels, fault, journal, mend, set_clock, trend_settings

from etl.trends.allowance import Allowance
from etl.trends.clients import public_clients
from etl.trends.refresh import RefreshSummary, refresh_trends
from etl.trends.source_runs import source_states
from ytempire.database.connection import Connection
from ytempire.errors import QuotaExhausted
from ytempire.settings import Settings
from ytempire.youtube.client import YouTubeClient

# Just after the Pacific midnight: nothing of the day's quota is spent, and evenly spread little is due.
MIDNIGHT = datetime(2026, 11, 20, 8, 1, tzinfo=UTC)


@pytest.fixture
def database(connection: Connection, database_url: str, sandbox_url: str) -> str:
    set_clock(sandbox_url, MIDNIGHT)
    return database_url


def refresh(connection: Connection, url: str, settings: Settings, now: datetime = MIDNIGHT) -> RefreshSummary:
    clients = public_clients(settings, url, "key", lambda: now)
    return refresh_trends(connection, clients, settings, clock=lambda: now)


def rows(connection: Connection, query: str) -> list[dict[str, Any]]:
    return connection.execute(query).fetchall()


def test_playlists_cost_one_unit_each_and_figures_one_for_fifty(
    connection: Connection, database: str, sandbox_url: str
) -> None:
    settings = trend_settings(sandbox_url, regions=["US"])
    channels = charting_channels(settings, ["US", "DE"], 60)
    assert len(channels) > 50
    spent = charged(sandbox_url)["youtube.videos.list"]
    add_channel(connection, "UCa", niche="science", category_ids=[], watch_list=channels[:40])
    add_channel(connection, "UCb", niche="film", category_ids=[], watch_list=channels[20:])

    summary = refresh(connection, database, settings)

    units = charged(sandbox_url)
    figures = -(-rows(connection, "SELECT count(*) AS n FROM ytempire.trend_follows")[0]["n"] // 50)
    assert units["youtube.playlistItems.list"] == len(channels)
    assert units["youtube.channels.list"] == 2
    assert units["youtube.videos.list"] - spent == 1 + figures
    assert summary.units == len(channels) + 2 + 1 + figures
    assert (summary.channels_ok, summary.channels_waiting, summary.videos_waiting) == (len(channels), 0, 0)
    assert min(summary.topics["science"], summary.topics["film"]) > 0

    refresh(connection, database, settings, MIDNIGHT + timedelta(minutes=15))
    assert charged(sandbox_url)["youtube.channels.list"] == 2


def test_only_young_videos_are_followed(connection: Connection, database: str, sandbox_url: str) -> None:
    settings = trend_settings(sandbox_url, regions=["US"], follow_days=3, watch_list_uploads=50)
    channels = charting_channels(settings, ["US"], 20)
    add_channel(connection, "UCa", category_ids=[], watch_list=channels)
    refresh(connection, database, settings)
    oldest = rows(connection, "SELECT min(published_at) AS at, count(*) AS n FROM ytempire.trend_follows")[0]
    assert oldest["n"] > 0 and oldest["at"] > MIDNIGHT - timedelta(days=3)
    later = MIDNIGHT + timedelta(days=4)
    set_clock(sandbox_url, later)
    fault(sandbox_url, path="playlistItems", status=500)
    refresh(connection, database, settings, later)
    assert rows(connection, "SELECT count(*) AS n FROM ytempire.trend_follows") == [{"n": 0}]


def test_channels_take_turns_when_the_share_does_not_hold_all(
    connection: Connection, database: str, sandbox_url: str
) -> None:
    # 0.2 of 1,000 units: 96 for the chart of every run, one for the others, and 12 that they may be ahead.
    settings = trend_settings(sandbox_url, daily_units=1000, regions=["US"], quota_share=0.2, advance_units=12)
    channels = charting_channels(settings, ["US", "DE"], 30)
    add_channel(connection, "UCa", category_ids=[], region_codes=["US"], watch_list=channels)

    first = refresh(connection, database, settings)
    assert first.units <= 1 + 13
    assert 0 < first.channels_ok < 30 and first.channels_waiting == 30 - first.channels_ok
    assert first.left_out == 0
    message = rows(connection, "SELECT message FROM ytempire.trend_source_runs WHERE source = 'watch_list'")
    assert f"{first.channels_waiting} of 30 channels wait" in message[0]["message"]

    now, looks = MIDNIGHT, [first.channels_ok]
    for _ in range(40):
        now += timedelta(minutes=15)
        looks.append(refresh(connection, database, settings, now).channels_ok)
    counts = rows(connection, "SELECT count(*) AS n, count(looked_at) AS looked FROM ytempire.trend_watched_channels")
    assert counts == [{"n": 30, "looked": 30}]
    asked = [entry for entry in journal(sandbox_url, "quota.charged") if "playlistItems" in entry["method"]]
    assert len(asked) == sum(looks) < 60
    spent = rows(connection, "SELECT sum(units)::int AS units FROM ytempire.trend_source_runs")[0]["units"]
    assert spent <= 41 + 12 + 41 * 104 // 96 + 1


def test_when_the_share_is_used_up_charts_are_looked_at_first_and_the_run_says_so(
    connection: Connection, database: str, sandbox_url: str
) -> None:
    settings = trend_settings(sandbox_url, daily_units=10, quota_share=0.3, regions=["US", "DE"])
    channels = charting_channels(settings, ["US"], 5)
    add_channel(connection, "UCa", category_ids=[10], watch_list=channels)
    first = refresh(connection, database, settings)
    assert (first.regions_ok, first.channels_ok, first.channels_waiting) == (["US", "DE"], 0, 5)
    second = refresh(connection, database, settings, MIDNIGHT + timedelta(minutes=15))
    assert (second.regions_ok, second.left_out) == (["US"], 1)
    assert "share" in second.regions_failed["DE"]
    third = refresh(connection, database, settings, MIDNIGHT + timedelta(minutes=30))
    assert (third.regions_ok, third.left_out, third.units) == ([], 2, 0)
    assert third.topics["music"] > 0
    states = [(one.name, one.state) for one in source_states(connection) if one.source == "chart"]
    assert states == [("DE", "left_out"), ("US", "left_out")]
    tomorrow = refresh(connection, database, settings, MIDNIGHT + timedelta(days=1))
    assert tomorrow.regions_ok == ["US", "DE"]


def test_units_planned_by_a_run_that_was_killed_count_as_spent(
    connection: Connection, database: str, sandbox_url: str
) -> None:
    settings = trend_settings(sandbox_url, daily_units=10, quota_share=0.3, regions=["US", "DE"])

    class Killed(BaseException):
        pass

    @contextmanager
    def killed(_: Allowance) -> Iterator[YouTubeClient]:
        raise Killed
        yield

    with pytest.raises(Killed):
        refresh_trends(connection, killed, settings, clock=lambda: MIDNIGHT)
    assert rows(connection, "SELECT state, units FROM ytempire.trend_source_runs") == [
        {"state": "running", "units": 1},
        {"state": "running", "units": 1},
    ]
    assert refresh(connection, database, settings).units == 1


def test_a_channel_that_fails_leaves_the_others_working_and_comes_again_in_its_turn(
    connection: Connection, database: str, sandbox_url: str
) -> None:
    settings = trend_settings(sandbox_url, regions=["US"])
    channels = charting_channels(settings, ["US"], 6)
    add_channel(connection, "UCa", category_ids=[], watch_list=[*channels, "UCgone"])
    fault(sandbox_url, path=f"playlistId=UU{channels[2][2:]}", status=500)

    summary = refresh(connection, database, settings)

    assert summary.channels_ok == 5
    assert list(summary.channels_failed) == [channels[2]] and "500" in summary.channels_failed[channels[2]]
    failures = rows(connection, "SELECT * FROM ytempire.trend_watched_channels WHERE failure IS NOT NULL")
    assert {row["youtube_channel_id"] for row in failures} == {channels[2], "UCgone"}
    state = next(one for one in source_states(connection) if one.source == "watch_list")
    assert state.state == "partial" and "1 of 7 failed" in str(state.message)
    mend(sandbox_url)
    again = refresh(connection, database, settings, MIDNIGHT + timedelta(minutes=15))
    assert (again.channels_ok, again.channels_failed) == (6, {})
    assert charged(sandbox_url)["youtube.channels.list"] == 1
    refresh(connection, database, settings, MIDNIGHT + timedelta(days=1, hours=1))
    assert charged(sandbox_url)["youtube.channels.list"] == 1
    set_clock(sandbox_url, MIDNIGHT + timedelta(days=1, hours=1))
    refresh(connection, database, settings, MIDNIGHT + timedelta(days=1, hours=1))
    assert charged(sandbox_url)["youtube.channels.list"] == 2


def test_every_worker_has_a_client_of_its_own_and_all_are_closed(
    connection: Connection, database: str, sandbox_url: str
) -> None:
    settings = trend_settings(sandbox_url, regions=["US", "DE", "FR", "JP", "BR", "IN"], workers=3)
    fault(sandbox_url, path="chart=mostPopular", status=200, latency_seconds=0.2, body={"items": []})
    opened: list[int] = []
    closed: list[int] = []
    real = public_clients(settings, database, "key", lambda: MIDNIGHT)

    @contextmanager
    def counted(allowance: Allowance) -> Iterator[YouTubeClient]:
        with real(allowance) as client:
            opened.append(threading.get_ident())
            yield client
            closed.append(id(client))

    summary = refresh_trends(connection, counted, settings, clock=lambda: MIDNIGHT)
    assert len(summary.regions_ok) == 6
    assert len(set(opened)) == len(opened) == len(closed) == 3


def test_a_source_whose_time_does_not_come_is_left_to_the_next_run(
    connection: Connection, database: str, sandbox_url: str
) -> None:
    settings = trend_settings(sandbox_url, regions=["US", "DE", "FR"], workers=1, deadline_seconds=0.4)
    fault(sandbox_url, path="regionCode=US", status=200, latency_seconds=0.6, body={"items": []})
    summary = refresh(connection, database, settings)
    assert (summary.regions_ok, summary.left_out) == (["US"], 2)
    assert "time was over" in summary.regions_failed["DE"]
    assert {one.state for one in source_states(connection)} == {"ok", "left_out"}


def test_an_empty_bucket_of_the_project_is_a_failure_that_is_told(
    connection: Connection, database: str, sandbox_url: str
) -> None:
    settings = trend_settings(sandbox_url, regions=["US"])
    fault(sandbox_url, path="chart=mostPopular", status=403, reason="quotaExceeded")
    with pytest.raises(QuotaExhausted, match="default"):
        refresh(connection, database, settings)
    assert [(one.name, one.state) for one in source_states(connection)] == [("US", "failed")]


def test_the_record_is_kept_for_some_days(connection: Connection, database: str, sandbox_url: str) -> None:
    settings = trend_settings(sandbox_url, regions=["US"], source_run_days=2)
    refresh(connection, database, settings)
    refresh(connection, database, settings, MIDNIGHT + timedelta(days=1))
    refresh(connection, database, settings, MIDNIGHT + timedelta(days=3))
    assert rows(connection, "SELECT count(*) AS n FROM ytempire.trend_source_runs") == [{"n": 2}]
