"""Fault 9: 403 on revenue, 400 on a query. No retry; NULL, not 0; the other metrics load."""

from __future__ import annotations

from datetime import date

import pytest
from analytics_service import COLUMNS, AnalyticsService, report_row

from ytempire.database.connection import Connection
from ytempire.errors import RequestRefused

DAY = date(2026, 11, 10)


@pytest.fixture
def service(connection: Connection, database_url: str, sandbox_url: str) -> AnalyticsService:
    return AnalyticsService(connection, database_url, sandbox_url, look_back_days=2)


def test_refused_revenue_is_asked_for_once_and_stays_unknown(service: AnalyticsService) -> None:
    channel = service.add_channel(["video-a"])
    service.fault(channel, "estimatedRevenue", status=403, reason="forbidden")
    service.answer(channel, [report_row("video-a", 7)[:-1]], columns=COLUMNS[:-1])

    staged = service.run("run", DAY)

    assert [one.revenue for one in staged.channels] == [False]
    # Once with revenue for the first day, then without for each of three days.
    assert service.injected() == 4
    rows = service.rows("SELECT views, revenue_cents FROM ytempire.video_metrics")
    assert rows == [{"views": 7, "revenue_cents": None}] * 3
    for table in ("channel_metrics_daily", "niche_metrics_daily"):
        sums = service.rows(f"SELECT views, revenue_cents FROM ytempire.{table}")
        assert sums == [{"views": 7, "revenue_cents": None}] * 3


def test_a_query_that_is_wrong_is_not_repeated_and_harms_no_other_channel(service: AnalyticsService) -> None:
    broken, good = service.add_channel(["video-a"]), service.add_channel(["video-b"])
    service.fault(broken, status=400, reason="badRequest", message="The query is not supported.")
    service.answer(good, [report_row("video-b", 7)])

    staged = service.run("run", DAY)

    assert "badRequest" in staged.failed[str(broken)]
    assert service.injected() == 1 + 3
    assert set(service.metrics()) == {"video-b"}
    assert {state for (channel, _), state in service.slice_states().items() if channel == broken} == {"failed"}


def test_a_channel_that_may_see_nothing_is_refused_and_not_emptied(service: AnalyticsService) -> None:
    channel = service.add_channel(["video-a"])
    service.answer(channel, [report_row("video-a", 7)])
    service.run("first", DAY)
    service.forget()
    service.fault(channel, status=403, reason="forbidden")
    with pytest.raises(RequestRefused):
        service.run("second", DAY)
    assert service.metrics()["video-a"]["views"] == 7
    assert set(service.slice_states().values()) == {"loaded"}
