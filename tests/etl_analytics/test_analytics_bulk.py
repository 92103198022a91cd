"""Weeks of a channel's life as the two services tell them: the bulk reports are the truth, with impressions."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from analytics_service import AnalyticsService

from etl.warehouse.fingerprint import table_hash
from ytempire.database.connection import Connection

START = datetime(2026, 12, 1, 20, tzinfo=UTC)
SUMS = ("video_metrics", "video_metrics_daily", "channel_metrics_daily", "channel_metrics_weekly")


@pytest.fixture
def service(connection: Connection, database_url: str, sandbox_url: str) -> AnalyticsService:
    return AnalyticsService(connection, database_url, sandbox_url, look_back_days=6, page_rows=2, difference_count=0)


def hashes(service: AnalyticsService) -> list[str]:
    return [table_hash(service.connection, table) for table in SUMS]


def states(service: AnalyticsService, report: str) -> dict[date, set[str]]:
    found: dict[date, set[str]] = {}
    for row in service.rows(f"SELECT day, state FROM ytempire.bulk_reports WHERE report = '{report}'"):
        found.setdefault(row["day"], set()).add(row["state"])
    return found


def buckets(service: AnalyticsService, channel: UUID) -> dict[date, dict[str, object]]:
    rows = service.rows(f"SELECT * FROM ytempire.channel_metrics_daily WHERE channel_id = '{channel}'")
    return {row["day"]: row for row in rows}


def test_two_weeks_of_two_channels_end_exact_with_impressions(service: AnalyticsService) -> None:
    partner, small = service.add_channel(subscribers=400_000), service.add_channel(subscribers=100)
    service.set_clock(START)
    service.order(partner)
    service.order(small)
    for channel in (partner, small):
        for number in range(3):
            service.publish(channel, f"Why everyone listens, part {number}")
    first = START.date()

    # Before the first reports: what reports.query tells is published at once. A day's first figures stand for twenty
    # hours at least.
    early: dict[date, dict[str, object]] = {}
    for hours in (80, 98, 116):
        service.set_clock(START + timedelta(hours=hours))
        service.night(f"early {hours}", first + timedelta(days=hours // 24))
        early = buckets(service, partner) | early

    for number in (6, 18):
        service.set_clock(START + timedelta(days=number))
        night = service.night(f"night {number}", first + timedelta(days=number - 1))
        assert (night.paths.held, night.lateness.late) == (0, 0)

    days = states(service, "channel_basic_a3")
    assert {min(day for day, found in days.items() if "loaded" in found)} == {first}
    assert any("superseded" in found for found in days.values())
    # Of days before the first video nothing was downloaded.
    assert set().union(*(found for day, found in days.items() if day < first)) <= {"unneeded", "superseded"}

    # Restated to the end: exactly what the audience did, in both paths.
    truth = service.exact_days(partner, first, first + timedelta(days=7))
    kept = buckets(service, partner)
    assert {day: kept[day]["views"] for day in truth} == {day: row["views"] for day, row in truth.items()}
    assert {day: kept[day]["impressions"] for day in truth} == {day: row["impressions"] for day, row in truth.items()}
    assert any(early[day]["views"] != kept[day]["views"] for day in early)
    assert all(row["clicks"] is not None and row["revenue_cents"] is not None for row in kept.values())
    assert {row["revenue_cents"] for row in buckets(service, small).values()} == {None}

    before = hashes(service)
    again = service.night("again", first + timedelta(days=17))
    assert (again.paths.differs, hashes(service)) == (0, before)
    assert service.rows("SELECT FROM ytempire.quarantined_rows") == []
    assert service.rows("SELECT FROM ytempire.staging_bulk_rows") == []
    assert service.rows("SELECT FROM ytempire.alerts") == []
