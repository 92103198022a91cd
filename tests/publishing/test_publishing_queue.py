"""What was put off goes on in order: what has begun first, then the channels' uploads by their shares."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from waiting_uploads import new_channel, new_upload

from ytempire.clock import pacific_day
from ytempire.database.connection import Connection
from ytempire.publishing.queue import due_uploads
from ytempire.settings import YouTubeSettings
from ytempire.youtube.quota import QuotaLedger

RESET = datetime(2026, 11, 21, 8, tzinfo=UTC)
YESTERDAY = pacific_day(RESET - timedelta(hours=1))
SETTINGS = YouTubeSettings(daily_units=100_000)


def test_at_the_reset_the_channels_take_turns_by_priority_and_each_keeps_its_order(connection: Connection) -> None:
    low, high = new_channel(connection, "low", priority=5), new_channel(connection, "high", priority=10)
    put_off = {"status": "deferred", "not_before": RESET}
    lows = [new_upload(connection, low, YESTERDAY, **put_off) for _ in range(3)]
    highs = [new_upload(connection, high, YESTERDAY, **put_off) for _ in range(3)]
    urgent = new_upload(connection, low, YESTERDAY, priority=9, **put_off)
    assert due_uploads(connection, SETTINGS, lambda: RESET - timedelta(seconds=1)) == []
    order = [due.upload_id for due in due_uploads(connection, SETTINGS, lambda: RESET)]
    assert order == [*highs[:2], urgent, highs[2], *lows]


def test_only_those_that_the_day_has_room_for_are_due(connection: Connection) -> None:
    channel_id = new_channel(connection, "one")
    for _ in range(5):
        new_upload(connection, channel_id, YESTERDAY, status="deferred", not_before=RESET)
    few = SETTINGS.model_copy(update={"daily_uploads": 3})
    assert len(due_uploads(connection, few, lambda: RESET)) == 3
    quota = QuotaLedger(connection, few, clock=lambda: RESET)
    quota.settle(quota.reserve("videos.insert", channel_id))
    assert len(due_uploads(connection, few, lambda: RESET)) == 2
    quota.close_bucket("videos.insert", RESET + timedelta(days=1))
    assert due_uploads(connection, few, lambda: RESET) == []


def test_what_has_begun_needs_no_place_and_comes_first(connection: Connection) -> None:
    channel_id = new_channel(connection, "one")
    new_upload(connection, channel_id, YESTERDAY, status="deferred", not_before=RESET, priority=10)
    begun = new_upload(
        connection, channel_id, YESTERDAY, status="uploaded", not_before=RESET, youtube_video_id="dQw4w9WgXcQ"
    )
    found = due_uploads(connection, SETTINGS, lambda: RESET)
    assert found[0].upload_id == begun
    assert len(found) == 2
    nothing = SETTINGS.model_copy(update={"units_to_finish_a_video": 60_000})
    assert [due.upload_id for due in due_uploads(connection, nothing, lambda: RESET)] == [begun]


def test_a_paused_channel_waits(connection: Connection) -> None:
    channel_id = new_channel(connection, "one")
    new_upload(connection, channel_id, YESTERDAY, status="deferred", not_before=RESET)
    connection.execute("UPDATE ytempire.channels SET status = 'paused'")
    assert due_uploads(connection, SETTINGS, lambda: RESET) == []
