"""Fault 12: a day late or missing. An alert; filled by a later run; past 60 days marked lost."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from bulk_service import BulkService

from etl.analytics import run
from ytempire.clock import pacific_day_start
from ytempire.database.connection import Connection

FIRST = date(2026, 12, 1)


@pytest.fixture
def service(connection: Connection, database_url: str, sandbox_url: str) -> BulkService:
    return BulkService(connection, database_url, sandbox_url, late_after_days=5, lost_after_days=60)


def open_channel(service: BulkService) -> UUID:
    """A channel that was taken in and had its first video on the first day."""
    service.set_clock(pacific_day_start(FIRST) + timedelta(hours=12))
    channel = service.add_channel()
    service.connection.execute("UPDATE ytempire.channels SET created_at = %s", [pacific_day_start(FIRST)])
    service.connection.execute(
        "INSERT INTO ytempire.videos (channel_id, youtube_video_id, title, status, published_at)"
        " VALUES (%s, 'video-a', 'A video', 'published', %s)",
        [channel, pacific_day_start(FIRST) + timedelta(hours=12)],
    )
    return channel


def night(service: BulkService, days_after: int) -> None:
    """The run of the night that ends ``days_after`` the first day."""
    service.set_clock(pacific_day_start(FIRST + timedelta(days=days_after + 1)) + timedelta(minutes=5))
    service.night(f"night {days_after}", FIRST + timedelta(days=days_after), judged=False)


def states(service: BulkService, status: str) -> set[tuple[str, date]]:
    rows = service.rows(f"SELECT report, day FROM ytempire.analytics_slices WHERE status = '{status}'")
    return {(row["report"], row["day"]) for row in rows}


def tell(service: BulkService, channel: UUID, day: date) -> None:
    made = service.now() - timedelta(hours=1)
    service.set_activity(channel, day, {"video-a": 7}, made)
    service.set_reach(channel, day, {"video-a": (100, 0.07)}, made)


def test_a_late_report_is_alerted_and_filled_by_a_later_run(service: BulkService) -> None:
    channel = open_channel(service)
    for days_after in (0, 2, 3):
        night(service, days_after)
    assert (states(service, "late"), service.alerts()) == (set(), {})
    service.set_clock(pacific_day_start(FIRST + timedelta(days=6)))
    for number in (0, 2):
        tell(service, channel, FIRST + timedelta(days=number))
    night(service, 6)
    second = FIRST + timedelta(days=1)
    # reports.query had answered, without figures; the bulk reports have not come.
    assert states(service, "late") == {("channel_basic_a3", second), ("channel_reach_basic_a1", second)}
    assert "2026-12-02" in service.alerts()["analytics.late"]

    # It comes weeks later; the day is far outside the look-back by then.
    service.answer_views(channel, second, {"video-a": 7})
    tell(service, channel, second)
    for number in range(2, 25):
        tell(service, channel, FIRST + timedelta(days=number))
    night(service, 25)
    assert {day for _, day in states(service, "late")} & {second} == set()
    shown = service.day_of(channel, second)
    assert shown is not None
    assert (shown["views"], shown["impressions"], shown["revenue_cents"]) == (7, 100, 50)


def test_what_another_run_has_staged_is_late_for_nobody_until_that_run_has_had_its_time(service: BulkService) -> None:
    channel = open_channel(service)
    service.answer_views(channel, FIRST, {"video-a": 7})
    service.set_clock(pacific_day_start(FIRST + timedelta(days=5)) + timedelta(minutes=5))
    tell(service, channel, FIRST)
    service.collect("a backfill that is slow to load")
    night(service, 4)
    assert service.reports("state") == [("staged",), ("staged",)]
    assert service.alerts() == {}

    service.connection.execute("UPDATE ytempire.bulk_reports SET updated_at = updated_at - INTERVAL '4 hours'")
    assert run.reconcile(service.connection, service.settings, "night 4", service.now()).lateness.late == 2
    assert "analytics.late" in service.alerts()


def test_nights_that_were_never_run_are_made_up(service: BulkService) -> None:
    channel = open_channel(service)
    service.answer_views(channel, FIRST, {"video-a": 7})
    night(service, 20)
    assert ("video_daily", FIRST) in states(service, "loaded")
    assert {report for report, _ in states(service, "late")} == {"channel_basic_a3", "channel_reach_basic_a1"}


def test_what_never_came_is_lost_after_sixty_days_and_no_longer_asked_for(service: BulkService) -> None:
    channel = open_channel(service)
    service.fault(channel, status=400, reason="badRequest")
    service.add_channel()
    night(service, 30)
    assert states(service, "lost") == set()
    assert "analytics.late" in service.alerts()
    night(service, 61)
    lost = states(service, "lost")
    assert {(report, FIRST) for report in ("video_daily", "channel_basic_a3", "channel_reach_basic_a1")} <= lost
    assert max(day for _, day in lost) == FIRST + timedelta(days=1)
    assert "analytics.lost" in service.alerts()
    service.forget()
    service.answer_views(channel, FIRST, {"video-a": 7})
    night(service, 62)
    assert ("video_daily", FIRST) in states(service, "lost")
    # The message says why, as far as it is known.
    told = service.rows(
        "SELECT error_message FROM ytempire.analytics_slices WHERE report = 'video_daily' AND status = 'lost'"
    )
    assert all("badRequest" in row["error_message"] for row in told)


def test_a_report_that_youtube_has_thrown_away_is_lost_in_the_ledger(service: BulkService) -> None:
    channel = open_channel(service)
    tell(service, channel, FIRST)
    service.inject("/v1/media/.*", status=404, reason="notFound", times=1)
    service.collect("first")
    assert sorted(state for (state,) in service.reports("state")) == ["lost", "staged"]
