"""A day that both paths have told is published when they agree, or when a person says so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from bulk_service import ACTIVITY_COLUMNS, BulkService, csv_text, query_rows

from etl.analytics.bulk import reconcile
from etl.analytics.bulk.reconcile import accept
from ytempire.database.connection import Connection
from ytempire.errors import InvalidInput

DAY = date(2026, 12, 7)
NOON = datetime(2026, 12, 10, 20, tzinfo=UTC)


@pytest.fixture
def service(connection: Connection, database_url: str, sandbox_url: str) -> BulkService:
    made = BulkService(connection, database_url, sandbox_url, difference_count=5, difference_share=0.1)
    made.set_clock(NOON)
    return made


def night(service: BulkService, name: str) -> tuple[int, int, int]:
    found = service.night(name, DAY, judged=False).paths
    return found.agreed, found.differs, found.held


def test_the_truth_replaces_the_answer_and_brings_impressions(service: BulkService) -> None:
    channel = service.add_channel(["video-a", "video-b"])
    service.answer_views(channel, DAY, {"video-a": 100, "video-b": 10})
    night(service, "first")
    before = service.day_of(channel, DAY)
    assert before is not None
    assert (before["views"], before["impressions"]) == (110, None)

    # A little different, and a video less; more than one line a video.
    lines = [service.activity_line(channel, DAY, "video-a", *part) for part in ((60, "US"), (45, "GB"))]
    lines[1][6:10] = [0, 0, 0, 0]
    service.set_report(channel, "channel_basic_a3", DAY, csv_text(ACTIVITY_COLUMNS, lines))
    service.set_reach(channel, DAY, {"video-a": (1000, 0.05), "video-b": (400, 0.1)})
    service.answer_views(channel, DAY, {"video-a": 100, "video-b": 4})
    assert night(service, "second") == (1, 0, 0)

    after = service.day_of(channel, DAY)
    assert after is not None
    assert (after["views"], after["videos"], after["impressions"]) == (105, 2, 1400)
    assert after["clicks"] == Decimal("90.0000")
    # The bulk reports know no money: that of reports.query stands.
    assert after["revenue_cents"] == 100
    kept = service.rows("SELECT source, views, engaged_views, impressions FROM ytempire.video_metrics ORDER BY 1, 2")
    assert [(row["source"], row["views"], row["impressions"]) for row in kept] == [
        ("analytics", 4, None), ("analytics", 100, None), ("reporting", 0, 400), ("reporting", 105, 1000),
    ]  # fmt: skip


@pytest.mark.parametrize("few_videos", [20_000, 0], ids=["rows looked up", "days read whole"])
def test_a_day_on_which_they_differ_keeps_what_was_published_until_they_agree(
    service: BulkService, few_videos: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reconcile, "_FEW_VIDEOS", few_videos)
    channel, other = service.add_channel(["video-a", "video-b"]), service.add_channel(["video-c"])
    service.answer_views(channel, DAY, {"video-a": 100, "video-b": 50})
    service.answer_views(other, DAY, {"video-c": 7})
    night(service, "first")
    service.set_activity(channel, DAY, {"video-a": 100, "video-b": 80})
    service.set_activity(other, DAY, {"video-c": 8})
    assert night(service, "second") == (1, 1, 1)

    held, published = service.day_of(channel, DAY), service.day_of(other, DAY)
    assert held is not None
    assert published is not None
    assert (held["views"], published["views"]) == (150, 8)
    told = service.rows(
        "SELECT youtube_video_id AS video, metric, analytics, reporting, tolerance FROM ytempire.analytics_differences"
        " LEFT JOIN ytempire.videos USING (video_id) ORDER BY metric, video"
    )
    assert [(row["video"], row["metric"], row["analytics"], row["reporting"], row["tolerance"]) for row in told] == [
        ("video-b", "engaged_views", 50, 80, Decimal("8.0")),
        (None, "engaged_views", 150, 180, Decimal("18.0")),
        ("video-b", "views", 50, 80, Decimal("8.0")),
        (None, "views", 150, 180, Decimal("18.0")),
    ]
    assert set(service.alerts()) == {"analytics.differs"}

    # The next night reports.query has followed.
    service.answer_views(channel, DAY, {"video-a": 100, "video-b": 79})
    assert night(service, "third") == (1, 0, 0)
    now = service.day_of(channel, DAY)
    assert now is not None
    assert now["views"] == 180
    assert service.rows("SELECT FROM ytempire.analytics_differences") == []
    assert service.alerts() == {}


def test_what_could_not_be_compared_has_not_agreed(service: BulkService) -> None:
    channel, other = service.add_channel(["video-a"]), service.add_channel(["video-b"])
    service.answer_views(channel, DAY, {"video-a": 100})
    service.answer_views(other, DAY, {"video-b": 1})
    night(service, "first")
    service.set_activity(channel, DAY, {"video-a": 100})
    service.forget()
    service.fault(channel, status=400, reason="badRequest")
    service.answer(other, query_rows({"video-b": 1}), day=DAY)
    assert night(service, "second") == (0, 0, 1)
    states = service.rows("SELECT state FROM ytempire.analytics_reconciliations")
    assert states == [{"state": "unverified"}]
    service.answer_views(channel, DAY, {"video-a": 100})
    # Days later it is no day of the run, and is asked for all the same.
    service.night("third", DAY + timedelta(days=1), judged=False)
    assert service.rows("SELECT state FROM ytempire.analytics_reconciliations") == [{"state": "agreed"}]


def test_a_person_may_accept_a_difference_and_only_that_one(service: BulkService) -> None:
    channel = service.add_channel(["video-a"])
    service.answer_views(channel, DAY, {"video-a": 100})
    service.set_activity(channel, DAY, {"video-a": 300})
    assert night(service, "first") == (0, 1, 1)
    assert service.day_of(channel, DAY) is None
    accept(service.connection, channel, DAY, actor="operator")
    assert night(service, "second") == (0, 0, 0)
    shown = service.day_of(channel, DAY)
    assert shown is not None
    assert shown["views"] == 300
    with pytest.raises(InvalidInput):
        accept(service.connection, channel, DAY, actor="operator")
    # A newer report is another matter.
    service.set_activity(channel, DAY, {"video-a": 500}, NOON - timedelta(hours=1))
    assert night(service, "third") == (0, 1, 1)
    kept = service.day_of(channel, DAY)
    assert kept is not None
    assert kept["views"] == 300
