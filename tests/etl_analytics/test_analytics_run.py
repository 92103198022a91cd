"""One run of the nightly ETL through the real client: staged, validated, loaded, rolled up."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from analytics_service import COLUMNS, AnalyticsService, report_row
from etl_rows import add_video

from etl.analytics import run
from ytempire.database.connection import Connection
from ytempire.errors import Permanent

DAY = date(2026, 11, 10)


@pytest.fixture
def service(connection: Connection, database_url: str, sandbox_url: str) -> AnalyticsService:
    return AnalyticsService(connection, database_url, sandbox_url, page_rows=2)


def test_days_of_a_run_cross_daylight_saving_and_leap_days() -> None:
    assert run.days_of_run(date(2028, 3, 1), 2) == (date(2028, 2, 28), date(2028, 2, 29), date(2028, 3, 1))
    assert run.days_of_run(date(2026, 11, 2), 1) == (date(2026, 11, 1), date(2026, 11, 2))
    assert run.days_of_run(DAY, 0) == (DAY,)


def test_a_run_from_the_service_to_the_rollups(service: AnalyticsService) -> None:
    first = service.add_channel(["video-a", "video-b", "video-c"], niche="music")
    second = service.add_channel(["video-d"], niche="gaming")
    rows = [report_row("video-c", 300), report_row("video-a", 200), report_row("video-b", 100)]
    service.answer(first, rows[:2], query=".*startIndex=1")
    service.answer(first, rows[2:], query=".*startIndex=3")
    service.answer(second, [report_row("video-d", 40)])

    staged = service.run("run", DAY)

    assert (staged.rows, staged.failed, staged.days) == (4, {}, (DAY,))
    metrics = service.metrics()
    assert {name: row["views"] for name, row in metrics.items()} == {
        "video-a": 200,
        "video-b": 100,
        "video-c": 300,
        "video-d": 40,
    }
    one = metrics["video-a"]
    assert (one["engaged_views"], one["likes"], one["comments"], one["shares"]) == (200, 3, 2, 1)
    assert (one["watch_time_minutes"], one["retention_rate"]) == (Decimal("12.50"), Decimal("0.4150"))
    assert (one["revenue_cents"], one["metric_definition"], one["day"]) == (50, "2026-08-27", DAY)
    niches = service.rows("SELECT niche, videos, views, revenue_cents FROM ytempire.niche_metrics_daily")
    assert sorted(niches, key=lambda row: row["niche"]) == [
        {"niche": "gaming", "videos": 1, "views": 40, "revenue_cents": 50},
        {"niche": "music", "videos": 3, "views": 600, "revenue_cents": 150},
    ]
    assert service.slice_states() == {(first, DAY): "loaded", (second, DAY): "loaded"}


def test_columns_are_read_by_their_header(service: AnalyticsService) -> None:
    channel = service.add_channel(["video-a"])
    row = dict(zip(COLUMNS, report_row("video-a", 200), strict=True)) | {"new": "something new", "likes": "7"}
    service.answer(channel, [list(reversed(row.values()))], columns=list(reversed(row)))
    service.run("run", DAY)
    one = service.metrics()["video-a"]
    assert (one["views"], one["likes"], one["shares"]) == (200, 7, 1)


def test_only_videos_of_the_day_or_earlier_are_asked_for(service: AnalyticsService) -> None:
    channel = service.add_channel()
    # The last second of the Pacific day, and the first of the next.
    add_video(service.connection, channel, "on-the-day", datetime(2026, 11, 11, 7, 59, 59, tzinfo=UTC))
    add_video(service.connection, channel, "a-day-later", datetime(2026, 11, 11, 8, 0, tzinfo=UTC))
    service.answer(channel, [report_row("on-the-day", 5)], query=".*filters=video(==|%3D%3D)on-the-day(&|$)")
    staged = service.run("run", DAY)
    assert (staged.rows, staged.failed) == (1, {})


def test_a_channel_without_videos_is_not_asked(service: AnalyticsService) -> None:
    channel = service.add_channel()
    service.fault(channel, status=500)
    assert service.run("run", DAY).rows == 0
    assert service.injected() == 0
    assert service.slice_states() == {(channel, DAY): "empty"}


def test_staging_again_replaces_the_batch(service: AnalyticsService) -> None:
    channel = service.add_channel(["video-a", "video-b"])
    service.answer(channel, [report_row("video-a", 1), report_row("video-b", "many")])
    run.stage(service.database_url, service.client_of, service.settings, "run", DAY)
    service.forget()
    service.answer(channel, [report_row("video-b", 2)])

    service.run("run", DAY)

    assert {name: row["views"] for name, row in service.metrics().items()} == {"video-b": 2}
    assert service.rows("SELECT FROM ytempire.quarantined_rows") == []


def test_without_channels_nothing_is_staged(service: AnalyticsService) -> None:
    staged = run.stage(service.database_url, service.client_of, service.settings, "run", DAY)
    assert (staged.channels, staged.rows, staged.failed) == ((), 0, {})
    with pytest.raises(Permanent):
        run.rollup(service.connection, "run")


def test_old_batches_are_forgotten(service: AnalyticsService) -> None:
    channel = service.add_channel(["video-a"])
    service.answer(channel, [report_row("video-a", 1)])
    run.stage(service.database_url, service.client_of, service.settings, "old", DAY)
    service.connection.execute("UPDATE ytempire.staging_slices SET fetched_at = fetched_at - INTERVAL '8 days'")
    run.stage(service.database_url, service.client_of, service.settings, "new", DAY)
    slices = service.rows("SELECT batch_id, slice_id FROM ytempire.staging_slices")
    assert [one["batch_id"] for one in slices] == ["new"]
    staged = service.rows("SELECT slice_id FROM ytempire.staging_video_metrics")
    assert staged == [{"slice_id": slices[0]["slice_id"]}]


def test_a_channel_whose_consent_is_gone_is_paused_and_the_others_finish(service: AnalyticsService) -> None:
    gone, good = service.add_channel(["video-a"]), service.add_channel(["video-b"])
    service.answer(good, [report_row("video-b", 7)])
    service.revoke(gone)

    staged = service.run("run", DAY)

    assert set(staged.failed) == {str(gone)}
    assert set(service.metrics()) == {"video-b"}
    channels = service.rows("SELECT channel_id, status FROM ytempire.channels")
    assert {row["channel_id"]: row["status"] for row in channels} == {gone: "paused", good: "active"}
    assert service.slice_states() == {(gone, DAY): "failed", (good, DAY): "loaded"}
