"""The bulk reports through the real client: ordered once, listed to the end, named by their Pacific day."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from bulk_service import BulkService

from ytempire.clock import pacific_day_start
from ytempire.database.connection import Connection
from ytempire.errors import MalformedAnswer, NotFound
from ytempire.youtube.reporting import ACTIVITY, ORDERED, REACH

NOW = datetime(2026, 11, 20, 20, tzinfo=UTC)


@pytest.fixture
def service(connection: Connection, database_url: str, sandbox_url: str) -> BulkService:
    made = BulkService(connection, database_url, sandbox_url)
    made.set_clock(NOW)
    return made


@pytest.fixture
def channel(service: BulkService) -> UUID:
    return service.add_channel(["video-a"])


def test_jobs_are_ordered_once_also_when_an_answer_is_lost(service: BulkService) -> None:
    channel = service.add_unordered_channel()
    service.inject("/v1/jobs$", method="POST", cut="after", times=1)
    with service.client(channel) as client:
        jobs = client.reporting.ensure_jobs()
        assert client.reporting.ensure_jobs() == jobs
    assert [job.report for job in jobs] == list(ORDERED)
    created = [entry["report_type"] for entry in service.journal("reporting.job_created")]
    assert created == [ACTIVITY, REACH]


def test_all_reports_are_listed_in_the_order_of_their_creation(service: BulkService, channel: UUID) -> None:
    for number in range(130):
        day = date(2026, 11, 15) - timedelta(days=number % 40)
        service.set_report(channel, ACTIVITY, day, "x", NOW - timedelta(hours=1, seconds=(number * 37) % 1000))
    with service.client(channel) as client:
        job = client.reporting.ensure_jobs([ACTIVITY])[0]
        found = client.reporting.reports(job.job_id, None)
        assert len({report.report_id for report in found}) == 130
        assert [report.created_at for report in found] == sorted(report.created_at for report in found)
        later = client.reporting.reports(job.job_id, found[100].created_at)
        assert {report.report_id for report in later} == {report.report_id for report in found[101:]}


@pytest.mark.parametrize("day", [date(2026, 11, 1), date(2026, 10, 31), date(2026, 11, 2), date(2028, 2, 29)])
@pytest.mark.parametrize("shift_hours", [-1, 0, 1])
def test_a_report_is_of_its_pacific_day_also_where_the_clock_is_off(
    service: BulkService, channel: UUID, day: date, shift_hours: int
) -> None:
    start, end = (
        (pacific_day_start(one) + timedelta(hours=shift_hours)).isoformat().replace("+00:00", "Z")
        for one in (day, day + timedelta(days=1))
    )
    item = {"id": "1", "jobId": "j", "startTime": start, "endTime": end, "createTime": end}
    # The address is elsewhere: our token does not go there.
    item["downloadUrl"] = "https://elsewhere.example/v1/media/CHANNEL/UC/jobs/j/reports/1?alt=media"
    service.inject("/v1/jobs/j/reports", status=200, body=json.dumps({"reports": [item]}))
    with service.client(channel) as client:
        (report,) = client.reporting.reports("j", None)
        assert report.day == day
        with pytest.raises(NotFound):
            client.reporting.download(report)


@pytest.mark.parametrize(
    "body",
    [
        {"reports": [{"id": "1"}]},
        {"reports": {"id": "1"}},
        {"reports": [{"id": "1", "jobId": "j", "startTime": "2026-11-01T07:00:00Z", "endTime": "2026-11-08T08:00:00Z",
                      "createTime": "2026-11-09T07:00:00Z", "downloadUrl": "https://x/v1/media/a"}]},
        {"reports": [], "nextPageToken": "again"},
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_read_whole_is_no_list(service: BulkService, channel: UUID, body: object) -> None:
    service.inject("/v1/jobs/j/reports", status=200, body=json.dumps(body), times=-1)
    with service.client(channel) as client, pytest.raises(MalformedAnswer):
        client.reporting.reports("j", None)
