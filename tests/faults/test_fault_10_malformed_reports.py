"""Fault 10: malformed, truncated, reordered, header-only, empty answers.

Bad rows are quarantined with a reason, good rows load, and no day passes for
loaded that is not. The CSV of the Reporting API is not among the sources here.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from analytics_service import COLUMNS, AnalyticsService, report_row

from ytempire.database.connection import Connection
from ytempire.errors import Retriable, ValidationFailed

DAY = date(2026, 11, 10)


@pytest.fixture
def service(connection: Connection, database_url: str, sandbox_url: str) -> AnalyticsService:
    return AnalyticsService(connection, database_url, sandbox_url)


def test_bad_rows_are_quarantined_with_a_reason_and_good_rows_load(service: AnalyticsService) -> None:
    names = ["video-a", "video-b", "video-c", "video-d", "video-e", "video-f"]
    channel = service.add_channel(names)
    service.answer(
        channel,
        [
            report_row("video-a", 10),
            report_row("video-b", "ten"),
            report_row("video-c", -1),
            report_row("video-d", 1.5),
            report_row("stranger-1", 4),
            [None, *report_row("", 1)[1:]],
        ],
    )

    staged = service.run("run", DAY)

    assert (staged.rows, staged.quarantined, staged.failed) == (3, 3, {})
    assert set(service.metrics()) == {"video-a"}
    reasons = service.rows("SELECT row_number, reason FROM ytempire.quarantined_rows ORDER BY row_number")
    assert [row["reason"] for row in reasons] == [
        "views is not a number: 'ten'",
        "views are out of range; engaged views are out of range",
        "views is not a whole number: 1.5",
        "the channel has no such video",
        "video is not an id: None",
    ]
    (ledger,) = service.rows("SELECT status, row_count, quarantined_count FROM ytempire.analytics_slices")
    assert ledger == {"status": "loaded", "row_count": 1, "quarantined_count": 5}


def test_columns_in_another_order_and_unknown_ones_load_the_same(service: AnalyticsService) -> None:
    channel = service.add_channel(["video-a"])
    turned = [*reversed(COLUMNS), "averageViewDuration"]
    service.answer(channel, [[*reversed(report_row("video-a", 10)), 61]], columns=turned)
    assert service.run("run", DAY).quarantined == 0
    one = service.metrics()["video-a"]
    assert (one["views"], one["engaged_views"], one["likes"], one["revenue_cents"]) == (10, 10, 3, 50)


def test_text_that_no_database_holds_spoils_its_row_alone(service: AnalyticsService) -> None:
    channel = service.add_channel(["video-a"])
    strange = ["\ud83d-video", "a\x00video", "video\u202e-a", "x" * 5_000]
    service.answer(channel, [report_row("video-a", 10), *(report_row(name, 1) for name in strange)])
    service.run("run", DAY)
    assert set(service.metrics()) == {"video-a"}
    assert len(service.rows("SELECT FROM ytempire.quarantined_rows")) == len(strange)


def test_a_day_of_which_nothing_can_be_read_takes_nothing_away(service: AnalyticsService) -> None:
    """The rows came, so it is no empty day: what is loaded stays, and the day is filled by a later run."""
    channel = service.add_channel(["video-a"])
    service.answer(channel, [report_row("video-a", 10)])
    service.run("good", DAY)
    sums = service.rows("SELECT * FROM ytempire.channel_metrics_daily")
    service.forget()
    service.answer(channel, [report_row("video-a", "ten")])
    service.run("bad", DAY)
    assert service.metrics()["video-a"]["views"] == 10
    assert service.slice_states() == {(channel, DAY): "loaded"}
    assert service.rows("SELECT * FROM ytempire.channel_metrics_daily") == sums
    service.forget()
    service.answer(channel, [report_row("video-a", 12)])
    service.run("mended", DAY)
    assert service.metrics()["video-a"]["views"] == 12


def test_numbers_that_json_does_not_have(service: AnalyticsService) -> None:
    channel = service.add_channel(["video-a", "video-b", "video-c"])
    huge = report_row("video-a", 1)
    huge[COLUMNS.index("estimatedMinutesWatched")] = float("nan")
    service.answer(channel, [huge, report_row("video-b", float("inf")), report_row("video-c", 1, revenue=1e300)])
    staged = service.run("run", DAY)
    assert staged.failed == {}
    assert service.metrics() == {}
    assert len(service.rows("SELECT FROM ytempire.quarantined_rows")) == 3


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        ("", Retriable),
        ("{", Retriable),
        ("<html>Bad gateway</html>", Retriable),
        ("[]", Retriable),
        ("{}", Retriable),
        ('{"columnHeaders": [{"name": "video"}], "rows": [["video-a", 1]]}', Retriable),
        ('{"columnHeaders": [{"name": "video"}], "rows": {"a": 1}}', Retriable),
        ('{"columnHeaders": [{"name": "video"}], "rows": [["video-a"]]}', ValidationFailed),
        ('{"columnHeaders": [], "rows": []}', ValidationFailed),
    ],
)
def test_an_answer_that_is_no_report_changes_nothing(
    service: AnalyticsService, answer: Any, error: type[Exception]
) -> None:
    channel = service.add_channel(["video-a"])
    service.answer(channel, [report_row("video-a", 10)])
    service.run("first", DAY)
    service.forget()
    service.fault(channel, status=200, body=answer)
    with pytest.raises(error):
        service.run("second", DAY)
    assert service.metrics()["video-a"]["views"] == 10
    assert service.slice_states() == {(channel, DAY): "loaded"}


def test_a_day_that_did_not_come_is_failed_until_a_later_run_fills_it(service: AnalyticsService) -> None:
    broken, good = service.add_channel(["video-a"]), service.add_channel(["video-b"])
    service.fault(broken, status=200, body="{")
    service.answer(good, [report_row("video-b", 7)])
    service.run("first", DAY)
    assert service.slice_states() == {(broken, DAY): "failed", (good, DAY): "loaded"}
    service.forget()
    service.answer(broken, [report_row("video-a", 5)])
    service.answer(good, [report_row("video-b", 7)])
    service.run("second", DAY)
    assert service.slice_states() == {(broken, DAY): "loaded", (good, DAY): "loaded"}


def test_a_header_without_rows_is_an_empty_day(service: AnalyticsService) -> None:
    channel = service.add_channel(["video-a"])
    service.answer(channel, [])
    assert service.run("run", DAY).rows == 0
    assert service.slice_states() == {(channel, DAY): "empty"}


def test_a_video_twice_in_a_report_publishes_nothing(service: AnalyticsService) -> None:
    channel = service.add_channel(["video-a", "video-b"])
    service.answer(channel, [report_row("video-a", 1), report_row("video-a", 2)])
    with pytest.raises(ValidationFailed, match="twice"):
        service.run("run", DAY)
    assert service.metrics() == {}
