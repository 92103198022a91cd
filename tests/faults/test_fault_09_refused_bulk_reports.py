"""Fault 9: what the bulk reports are refused. No retry, no other channel harmed; NULL, not 0, where we may not look."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from bulk_service import BulkService

from ytempire.database.connection import Connection
from ytempire.errors import RequestRefused
from ytempire.youtube.reporting import REACH

DAY = date(2026, 12, 7)


@pytest.fixture
def service(connection: Connection, database_url: str, sandbox_url: str) -> BulkService:
    made = BulkService(connection, database_url, sandbox_url)
    made.set_clock(datetime(2026, 12, 10, 20, tzinfo=UTC))
    return made


def test_refused_jobs_leave_the_other_channels_and_the_other_path_alone(service: BulkService) -> None:
    broken, good = service.add_channel(["video-a"]), service.add_channel(["video-b"])
    service.answer_views(broken, DAY, {"video-a": 7})
    service.answer_views(good, DAY, {"video-b": 8})
    service.set_activity(good, DAY, {"video-b": 8})
    service.collect("first")
    (job,) = service.rows(
        f"SELECT job_id FROM ytempire.reporting_jobs WHERE channel_id = '{broken}' AND report LIKE '%basic_a3'"
    )
    service.inject(f"/v1/jobs/{job['job_id']}/reports", status=403, reason="forbidden", times=-1)
    service.night("run", DAY, judged=False)

    # Once: a refusal is not asked for again.
    assert len(service.journal("fault.injected")) == 2 + 1
    for channel, views in ((broken, 7), (good, 8)):
        shown = service.day_of(channel, DAY)
        assert shown is not None
        assert (shown["views"], shown["impressions"], shown["clicks"]) == (views, None, None)


def test_a_report_type_that_a_channel_does_not_have_is_an_error_by_its_name(service: BulkService) -> None:
    channel = service.add_channel(["video-a"])
    with service.client(channel) as client, pytest.raises(RequestRefused) as caught:
        client.reporting.ensure_jobs(["channel_basic_a9"])
    assert caught.value.status == 400


def test_revenue_that_we_may_not_see_is_unknown_also_where_the_truth_is_there(service: BulkService) -> None:
    channel = service.add_channel(["video-a", "video-b"])
    rows = [["video-a", 7, 7, 3, 2, 1, 0.7, 41.5], ["video-b", 9, 9, 3, 2, 1, 0.9, 41.5]]
    columns = [
        "video", "views", "engagedViews", "likes", "comments", "shares", "estimatedMinutesWatched",
        "averageViewPercentage",
    ]  # fmt: skip
    service.fault(channel, "estimatedRevenue", status=403, reason="forbidden")
    service.answer(channel, rows, columns=columns, day=DAY)
    service.set_activity(channel, DAY, {"video-a": 7, "video-b": 9})
    service.set_reach(channel, DAY, {"video-a": (100, 0.05)})
    service.night("run", DAY, judged=False)
    shown = service.day_of(channel, DAY)
    assert shown is not None
    assert (shown["views"], shown["revenue_cents"], shown["impressions"]) == (16, None, 100)
    assert service.rows("SELECT FROM ytempire.channel_revenue_daily") == []


def test_no_more_than_500_ids_go_into_one_question(service: BulkService) -> None:
    channel = service.add_channel([f"video-{number:04d}" for number in range(501)])
    # The sandbox refuses more, as YouTube does.
    assert service.night("run", DAY, judged=False).paths.held == 0
    assert service.slice_states()[channel, DAY] == "empty"
    assert {entry["bucket"] for entry in service.journal("quota.charged")} <= {"default"}
    assert [entry for entry in service.journal("reporting.listed") if entry["job_id"] is None] == []
    assert {report for (report,) in service.reports("report")} <= {REACH, "channel_basic_a3"}
