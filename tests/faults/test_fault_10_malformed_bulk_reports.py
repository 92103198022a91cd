"""Fault 10: bulk reports that are malformed, truncated, reordered, header-only, empty.

Bad lines are quarantined with a reason, good ones load, and the bookmark does not pass a report that did not come in.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from bulk_service import ACTIVITY_COLUMNS, BulkService, csv_text

from etl.analytics.bulk.files import read_file
from etl.analytics.bulk.kinds import KINDS
from ytempire.database.connection import Connection
from ytempire.errors import MalformedAnswer, ValidationFailed
from ytempire.youtube.reporting import ACTIVITY

DAY = date(2026, 12, 7)
NOON = datetime(2026, 12, 10, 20, tzinfo=UTC)


@pytest.fixture
def service(connection: Connection, database_url: str, sandbox_url: str) -> BulkService:
    made = BulkService(connection, database_url, sandbox_url, bookmark_overlap_hours=1)
    made.set_clock(NOON)
    return made


def reporting_views(service: BulkService) -> dict[str, int]:
    found = service.rows(
        "SELECT youtube_video_id, views FROM ytempire.video_metrics JOIN ytempire.videos USING (video_id)"
        " WHERE source = 'reporting'"
    )
    return {row["youtube_video_id"]: row["views"] for row in found}


def test_bad_lines_are_quarantined_and_good_ones_load(service: BulkService) -> None:
    names = ["video-a", "video-b", "video-c", "video-d", "video-e"]
    channel = service.add_channel(names)
    lines = [service.activity_line(channel, DAY, "video-a", 10, "US")]
    lines += [service.activity_line(channel, DAY, "video-b", views) for views in ("ten", -1, "1.5", "", "nan")]
    lines.append(service.activity_line(channel, DAY, "video-c", 4)[:-1])
    lines.append(service.activity_line(channel, DAY + timedelta(days=1), "video-c", 4))
    lines.append(service.activity_line(channel, DAY, "somebody-else", 1_000))
    lines.append(service.activity_line(channel, DAY, "", 3))
    lines.append(service.activity_line(channel, DAY, "video-a", 5, "GB"))
    lines.append(service.activity_line(channel, DAY, "video-d", 10**15))
    # Another order, a column that we do not know, Windows' ends of lines and a byte order mark.
    columns = ["new", *reversed(ACTIVITY_COLUMNS)]
    text = "\ufeff" + csv_text(columns, [["x", *reversed(line)] for line in lines]).replace("\n", "\r\n")
    service.set_report(channel, ACTIVITY, DAY, text)
    service.set_reach(channel, DAY, {"video-a": (100, 0.5), "video-b": (100, 1.5), "video-c": ("many", 0.1)})

    service.night("run", DAY)

    assert reporting_views(service) == {"video-a": 15}
    rows = service.rows(
        "SELECT source, row_number, reason FROM ytempire.quarantined_rows ORDER BY source, abs(row_number)"
    )
    assert [(row["row_number"], row["reason"]) for row in rows if row["source"] == ACTIVITY] == [
        (-2, "views are out of range; engaged views are out of range; watch time is out of range"),
        (3, "views is not a number: 'ten'"),
        (4, "views is out of range: '-1'"),
        (5, "views is not a whole number: '1.5'"),
        (6, "views is missing"),
        (7, "views is not a whole number: 'nan'"),
        (8, "the line does not have the 12 cells of the header"),
        (9, f"the line is of '20261208' and channel '{service.youtube_ids[channel]}'"),
        (11, "the line names no video"),
    ]
    assert [row["reason"] for row in rows if row["source"] != ACTIVITY] == [
        "the click-through rate is no share of the impressions",
        "video_thumbnail_impressions is not a number: 'many'",
    ]
    assert service.reports("report", "state", "row_count", "quarantined_count", "foreign_count") == [
        ("channel_basic_a3", "loaded", 1, 9, 1), ("channel_reach_basic_a1", "loaded", 1, 2, 0),
    ]  # fmt: skip


HEADER = ",".join(ACTIVITY_COLUMNS)


@pytest.mark.parametrize(
    ("content", "error", "told"),
    [
        ("", MalformedAnswer, "not even a header"),
        (HEADER, MalformedAnswer, "cut off"),
        (HEADER + "\n20261207,UC", MalformedAnswer, "cut off"),
        ("\ufeff\n", ValidationFailed, "no column"),
        ('"' + HEADER + "\n", MalformedAnswer, "no CSV"),
        ("<html>Bad gateway</html>\n", ValidationFailed, "no column"),
        (HEADER.replace("engaged_views,", "") + "\n", ValidationFailed, "no column engaged_views"),
        (HEADER + ",views\n", ValidationFailed, "a column twice"),
    ],
)
def test_a_file_that_is_no_report_is_none(content: str, error: type[Exception], told: str) -> None:
    with pytest.raises(error, match=told):
        read_file(content.encode(), KINDS[ACTIVITY], DAY, "UC", ["video-a"])


def test_a_file_that_is_no_text_is_none() -> None:
    with pytest.raises(MalformedAnswer, match="no CSV"):
        read_file(b"\xff\xfe\x00\n", KINDS[ACTIVITY], DAY, "UC", [])


def test_a_file_that_did_not_come_in_changes_nothing_and_is_not_passed_over(service: BulkService) -> None:
    channel = service.add_channel(["video-a"])
    good = {day: service.set_activity(channel, day, {"video-a": 7}) for day in days(4)}
    service.night("first", DAY, judged=False)
    assert service.reports("state") == [("loaded",)] * 4

    # A restatement that cannot be read, and after it one that can.
    made = NOON + timedelta(days=1)
    bad = service.set_report(channel, ACTIVITY, DAY, HEADER + "\n20261207,UC", made)
    service.set_activity(channel, DAY - timedelta(days=1), {"video-a": 9}, made + timedelta(days=3))
    service.set_clock(NOON + timedelta(days=5))
    summary = service.collect("second")

    assert ["cut off" in message for message in summary.failed.values()] == [True]
    assert (summary.new_reports, summary.staged) == (2, 1)
    assert reporting_views(service) == {"video-a": 7}
    states = dict(service.reports("report_id", "state"))
    assert (states[bad], states[good[DAY]]) == ("failed", "loaded")
    # Days later the list still begins before it, and it is tried again.
    service.set_clock(NOON + timedelta(days=6))
    assert set(service.collect("third").failed) == set(summary.failed)
    listed = [datetime.fromisoformat(moment) for moment in service.listed_after(channel, ACTIVITY)]
    assert len(listed) == 2
    assert made - timedelta(hours=1, seconds=1) < listed[-1] < made


def days(number: int) -> list[date]:
    return [DAY - timedelta(days=back) for back in range(number)]


@pytest.mark.parametrize(
    "fault",
    [
        {"cut": "after", "times": -1},
        {"answer_bytes": 60, "times": -1},
        {"status": 200, "body": HEADER + "\n", "headers": {"content-encoding": "gzip"}, "times": -1},
        {"status": 500, "reason": "backendError", "times": -1},
    ],
)
def test_a_download_that_breaks_off_is_no_shorter_report(service: BulkService, fault: dict[str, Any]) -> None:
    channel = service.add_channel([f"video-{number}" for number in range(40)])
    service.set_activity(channel, DAY, {f"video-{number}": number + 1 for number in range(40)})
    service.inject("/v1/media/", **fault)
    assert len(service.collect("first").failed) == 1
    assert service.reports("state", "attempts") == [("failed", 1)]
    service.forget()
    service.night("second", DAY, judged=False)
    assert len(reporting_views(service)) == 40
    assert service.reports("state", "attempts") == [("loaded", 2)]


def test_a_header_alone_is_a_day_without_figures(service: BulkService) -> None:
    channel = service.add_channel(["video-a"])
    service.set_activity(channel, DAY, {"video-a": 7})
    service.night("first", DAY, judged=False)
    service.set_activity(channel, DAY, {}, NOON - timedelta(minutes=1))
    service.night("second", DAY, judged=False)
    assert reporting_views(service) == {}
    assert sorted(state for (state,) in service.reports("state")) == ["empty", "superseded"]


def test_a_list_that_cannot_be_read_leaves_the_other_channels_alone(service: BulkService) -> None:
    broken, good = service.add_channel(["video-a"]), service.add_channel(["video-b"])
    for channel, name in ((broken, "video-a"), (good, "video-b")):
        service.set_activity(channel, DAY, {name: 7})
    service.collect("first")
    service.connection.execute("DELETE FROM ytempire.bulk_reports")
    jobs = service.rows(f"SELECT job_id FROM ytempire.reporting_jobs WHERE channel_id = '{broken}'")
    for row in jobs:
        service.inject(f"/v1/jobs/{row['job_id']}/reports", status=200, body='{"reports": [{"id": "1"}]}', times=-1)
    summary = service.collect("second")
    assert set(summary.failed) == {str(broken)}
    assert service.reports("channel_id", "state") == [(good, "staged")]
