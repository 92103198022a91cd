"""Reports of many channels are loaded together, and each day of each channel is still its own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from bulk_service import ACTIVITY_COLUMNS, BulkService, csv_text

from etl.analytics import run
from ytempire.clock import pacific_day_start
from ytempire.database.connection import Connection
from ytempire.youtube.reporting import ACTIVITY

DAY = date(2026, 12, 1)


@pytest.fixture
def service(connection: Connection, database_url: str, sandbox_url: str) -> BulkService:
    service = BulkService(connection, database_url, sandbox_url)
    service.set_clock(datetime(2026, 12, 5, 20, tzinfo=UTC))
    return service


def test_a_full_an_empty_and_a_twice_staged_report_of_one_day(service: BulkService) -> None:
    full, empty, twice = (service.add_channel([f"video-{name}", f"other-{name}"]) for name in "abc")
    made = pacific_day_start(DAY + timedelta(days=3))
    service.set_activity(full, DAY, {"video-a": 100, "other-a": 7}, made)
    service.set_reach(full, DAY, {"video-a": (1_000, 0.05)}, made)
    service.set_report(empty, ACTIVITY, DAY, csv_text(ACTIVITY_COLUMNS, []), made)
    service.set_activity(twice, DAY, {"video-c": 30, "other-c": 4}, made)
    assert service.collect("run").failed == {}
    # A newer report of the day comes before the older one was loaded: the same run stages both.
    service.set_activity(twice, DAY, {"video-c": 33}, made + timedelta(hours=5))
    assert service.collect("run").failed == {}

    service.connection.execute("UPDATE ytempire.bulk_reports SET validated_at = clock_timestamp()")
    loaded = run.load_bulk([service.connection], service.settings.analytics, "run", "run")

    assert (loaded.loaded, loaded.empty, loaded.superseded) == (4, 1, 0)
    figures = {name: (row["views"], row["impressions"]) for name, row in service.metrics().items()}
    assert figures == {"video-a": (100, 1_000), "other-a": (7, None), "video-c": (33, None)}
    states = [state for channel, state in service.reports("channel_id", "state") if channel == twice]
    assert states == ["superseded", "loaded"]
    kept = service.rows("SELECT channel_id, status FROM ytempire.analytics_slices WHERE report = 'channel_basic_a3'")
    assert {row["channel_id"]: row["status"] for row in kept if row["status"] not in ("late", "lost")} == {
        full: "loaded", empty: "empty", twice: "loaded",
    }  # fmt: skip
    assert service.rows("SELECT FROM ytempire.staging_bulk_rows") == []


def test_the_answer_is_the_same_however_many_channels_are_asked_at_once(service: BulkService) -> None:
    channels = [service.add_channel([f"video-{number}"]) for number in range(5)]
    for number, channel in enumerate(channels):
        service.set_activity(channel, DAY, {f"video-{number}": 10 + number})
        service.answer_views(channel, DAY, {f"video-{number}": 10 + number})
    told = []
    for workers in (1, 4):
        analytics = service.settings.analytics.model_copy(update={"workers": workers})
        service.settings = service.settings.model_copy(update={"analytics": analytics})
        collected = service.collect(f"run of {workers}")
        staged = run.stage(service.database_url, service.client_of, service.settings, f"run of {workers}", DAY)
        assert [one.channel_id for one in staged.channels] == sorted(channels)
        told.append((collected.channels, collected.failed, staged.rows, staged.failed))
    assert told == [(5, {}, 5, {})] * 2
