"""Videos of a bulk report that the suite refused find their way back into their day when the suite takes them."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from bulk_service import BulkService

from etl.quarantine.replay import replay
from etl.quarantine.rows import list_rows
from etl.warehouse.fingerprint import table_hash
from ytempire.clock import pacific_day_start, system_clock
from ytempire.database.connection import Connection
from ytempire.settings import ROOT, Settings

TODAY = system_clock()
DAY = date(TODAY.year, TODAY.month, TODAY.day) - timedelta(days=4)
HUGE = 1_000
TABLES = ("video_metrics", "analytics_slices", "bulk_reports", "video_metrics_daily", "channel_metrics_daily")


@pytest.fixture
def service(connection: Connection, database_url: str, sandbox_url: str, tmp_path: Path) -> BulkService:
    """Its suite believes in no video of more than a hundred views a day."""
    for path in (ROOT / "expectations").glob("*.json"):
        text = path.read_text(encoding="utf-8").replace('"max_value": 100000000000', '"max_value": 100')
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    service = BulkService(connection, database_url, sandbox_url, view_definitions=(), suites=tmp_path)
    service.settings = service.settings.model_copy(update={"database_url": database_url})
    service.set_clock(datetime(TODAY.year, TODAY.month, TODAY.day, tzinfo=UTC))
    return service


@pytest.fixture
def mended(service: BulkService) -> Settings:
    """The same with the suite as it is shipped."""
    analytics = service.settings.analytics.model_copy(update={"suites": ROOT / "expectations"})
    return service.settings.model_copy(update={"analytics": analytics})


def night(service: BulkService, name: str) -> None:
    service.night(name, DAY)


def told(service: BulkService, channel: UUID, views: dict[str, int], hours: int = 0) -> None:
    made = pacific_day_start(DAY + timedelta(days=3)) + timedelta(hours=hours)
    service.set_activity(channel, DAY, views, made)
    service.answer_views(channel, DAY, {name: count for name, count in views.items() if count != HUGE})


def tried(service: BulkService, settings: Settings, *, dry_run: bool = False) -> list[tuple[str, str]]:
    waiting = list_rows(service.connection, source="channel_basic_a3")
    return [(one.state, one.why) for one in replay(service.connection, settings, waiting, dry_run=dry_run)]


def views(service: BulkService) -> dict[str, int]:
    rows = service.rows(
        "SELECT youtube_video_id, views FROM ytempire.video_metrics JOIN ytempire.videos USING (video_id)"
        " WHERE video_metrics.source = 'reporting'"
    )
    return {row["youtube_video_id"]: row["views"] for row in rows}


def hashes(service: BulkService) -> list[str]:
    return [table_hash(service.connection, table) for table in TABLES]


def test_a_refused_video_comes_into_its_day_when_the_suite_takes_it(service: BulkService, mended: Settings) -> None:
    channel = service.add_channel(["video-a", "video-b"])
    told(service, channel, {"video-a": 10, "video-b": HUGE})
    night(service, "first")
    assert views(service) == {"video-a": 10}
    assert tried(service, service.settings) == [("refused", "views are out of range; engaged views are out of range")]
    before = hashes(service)

    assert tried(service, mended, dry_run=True) == [("replayed", "passes")]
    assert hashes(service) == before
    assert tried(service, mended) == [("replayed", "passes")]

    assert views(service) == {"video-a": 10, "video-b": HUGE}
    ledger = service.rows(
        "SELECT state, row_count, quarantined_count FROM ytempire.bulk_reports WHERE state = 'loaded'"
    )
    assert ledger == [{"state": "loaded", "row_count": 2, "quarantined_count": 0}]
    # The paths differ now, by a video: the day is not published as it is before somebody has looked.
    kept = service.day_of(channel, DAY)
    assert kept is not None and kept["views"] == 10
    held = service.rows("SELECT state FROM ytempire.analytics_reconciliations")
    assert held == [{"state": "differs"}]
    assert tried(service, mended) == [] and service.rows("SELECT FROM ytempire.staging_bulk_rows") == []


def test_a_report_of_which_all_is_refused_takes_nothing_away_and_may_be_replayed(
    service: BulkService, mended: Settings
) -> None:
    channel = service.add_channel(["video-a", "video-b"])
    told(service, channel, {"video-a": 10})
    night(service, "first")
    told(service, channel, {"video-b": HUGE}, hours=6)
    night(service, "second")
    assert views(service) == {"video-a": 10}
    assert set(service.reports("state", "error_message")) >= {("failed", "all 1 rows are in quarantine")}

    assert tried(service, mended) == [("replayed", "passes")]
    assert views(service) == {"video-b": HUGE}


def test_a_newer_report_is_never_undone(service: BulkService, mended: Settings) -> None:
    channel = service.add_channel(["video-a", "video-b"])
    told(service, channel, {"video-a": 10, "video-b": HUGE})
    night(service, "first")
    told(service, channel, {"video-a": 11, "video-b": 3}, hours=6)
    night(service, "second")
    before = hashes(service)
    assert tried(service, mended) == [("superseded", "a newer report of the day is loaded")]
    assert hashes(service) == before and views(service) == {"video-a": 11, "video-b": 3}


def test_a_line_that_could_not_be_read_waits_for_its_report(service: BulkService, mended: Settings) -> None:
    channel = service.add_channel(["video-a"])
    told(service, channel, {"video-a": 10})
    service.connection.execute(
        "INSERT INTO ytempire.quarantined_rows (source, batch_id, channel_id, row_number, payload, reason)"
        " VALUES ('channel_basic_a3', 'report-1', %s, 3, %s, 'the line names no video')",
        [channel, json.dumps({"day": str(DAY), "line": ["a"]})],
    )
    ((state, why),) = tried(service, mended)
    assert state == "blocked" and "python -m etl.analytics again report-1" in why
