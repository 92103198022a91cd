"""What an operator sees of days that are late or differ, and how one of them is let go."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from bulk_service import BulkService
from etl_rows import add_video
from typer.testing import CliRunner

from etl.analytics.__main__ import app
from ytempire.database.connection import Connection
from ytempire.errors import InvalidInput
from ytempire.settings import get_settings

DAY = date(2026, 12, 7)
Command = Callable[..., str]


@pytest.fixture
def service(connection: Connection, database_url: str, sandbox_url: str) -> BulkService:
    made = BulkService(connection, database_url, sandbox_url)
    made.set_clock(datetime(2026, 12, 10, 20, tzinfo=UTC))
    return made


@pytest.fixture
def command(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    monkeypatch.setenv("YTEMPIRE_DATABASE_URL", database_url)
    monkeypatch.setenv("COLUMNS", "250")
    get_settings.cache_clear()

    def run(*words: object) -> str:
        result = CliRunner().invoke(app, list(map(str, words)))
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output

    yield run
    get_settings.cache_clear()


def test_a_difference_is_shown_and_accepted(service: BulkService, command: Command) -> None:
    channel = service.add_channel(["video-a"])
    assert command("differences") == "No day is held back.\n"
    assert command("missing") == "No day is missing.\n"
    service.answer_views(channel, DAY, {"video-a": 100})
    service.set_activity(channel, DAY, {"video-a": 300})
    service.set_report(channel, "channel_reach_basic_a1", DAY, "date,[red]\n")
    service.night("first", DAY, judged=False)

    shown = command("differences", "--channel", channel)
    for word in ("2026-12-07", "differs", "video-a", "all together", "views", "100", "300", "20.00"):
        assert word in shown
    assert "has no column" in command("reports", "--state", "failed")
    assert "channel_basic_a3" not in command("reports", "--state", "failed")
    assert command("reports").count("2026-12-07") == 2

    command("accept", channel, DAY)
    assert command("differences") == "No day is held back.\n"
    with pytest.raises(InvalidInput, match="held back"):
        command("accept", channel, DAY)
    service.night("second", DAY, judged=False)
    published = service.day_of(channel, DAY)
    assert published is not None
    assert published["views"] == 300


def test_a_day_that_did_not_come_is_shown_with_the_reason(service: BulkService, command: Command) -> None:
    broken = service.add_channel(["video-a"])
    service.add_channel()
    service.fault(broken, status=400, reason="badRequest")
    service.night("first", DAY, judged=False)
    shown = command("missing")
    assert "failed" in shown
    assert "badRequest" in shown


def test_a_report_is_read_again_for_videos_that_we_came_to_know_and_when_asked(
    service: BulkService, command: Command
) -> None:
    channel = service.add_channel(["video-a"])
    service.set_activity(channel, DAY - timedelta(days=400), {"video-a": 1, "video-b": 2}, service.now())
    report = service.set_activity(channel, DAY, {"video-a": 7, "video-b": 5})
    service.night("first", DAY, judged=False)
    states = dict(zip(service.reports("day"), service.reports("state", "row_count", "foreign_count"), strict=True))
    assert states[(DAY,)] == ("loaded", 1, 1)
    assert states[(DAY - timedelta(days=400),)][0] == "unneeded"

    add_video(service.connection, channel, "video-b")
    service.night("second", DAY, judged=False)
    shown = service.day_of(channel, DAY)
    assert shown is not None
    assert shown["views"] == 12
    assert len(service.journal("reporting.downloaded")) == 2

    service.night("third", DAY, judged=False)
    assert len(service.journal("reporting.downloaded")) == 2
    command("again", report)
    service.night("fourth", DAY, judged=False)
    assert len(service.journal("reporting.downloaded")) == 3
    with pytest.raises(InvalidInput, match="no report"):
        command("again", "17")
