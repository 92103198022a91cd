"""Fault 13, slots: through daylight saving, leap days and clocks an hour off, each slot makes one video public."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from slot_scene import EVENING, Scene
from upload_scene import Stage

from ytempire.database.connection import Connection
from ytempire.publishing.store import load_upload

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def daily(clock_time: str, zone: str) -> list[dict[str, Any]]:
    return [{"times": [clock_time], "time_zone": zone}]


@pytest.mark.parametrize(
    ("slots", "start", "public_at"),
    [
        # Europe leaves 02:30 out on 2026-03-29: that day's video comes at 03:30 there.
        (daily("02:30", "Europe/Berlin"), "2026-03-28T00:00Z", ["03-28 01:30", "03-29 01:30", "03-30 00:30"]),
        # Los Angeles shows 01:30 twice on 2026-11-01: the first of them.
        (daily("01:30", "America/Los_Angeles"), "2026-10-31T00:00Z", ["10-31 08:30", "11-01 08:30", "11-02 09:30"]),
        (daily("12:00", "UTC"), "2028-02-28T00:00Z", ["02-28 12:00", "02-29 12:00", "03-01 12:00"]),
    ],
)
def test_a_daily_slot_makes_one_video_public_on_each_day(
    stage: Stage, connection: Connection, slots: list[dict[str, Any]], start: str, public_at: list[str]
) -> None:
    scene = Scene(stage, connection, slots, datetime.fromisoformat(start))
    uploads = [scene.new_upload() for _ in public_at]
    for upload_id in uploads:
        scene.upload(upload_id)
        scene.record(upload_id)
    for _ in range(24 * len(public_at)):
        scene.set_clock(scene.clock() + HOUR)
        for upload_id in scene.due():
            scene.record(upload_id)
    kept = [load_upload(connection, upload_id) for upload_id in uploads]
    assert [f"{one.published_at:%m-%d %H:%M}" for one in kept] == public_at
    assert scene.statuses() == [("published",) * 3] * len(public_at)
    assert len(stage.sandbox.journal("video.published")) == len(public_at)


def test_our_clock_an_hour_behind_never_makes_a_video_public_outside_its_slot(
    stage: Stage, connection: Connection
) -> None:
    """We believe that the slot is half an hour ahead, and it is half an hour over."""
    scene = Scene(stage, connection, daily("18:00", "Europe/Berlin"), EVENING)
    scene.set_clock(EVENING + HOUR / 2, ours=EVENING - HOUR / 2)
    upload_id = scene.new_upload()
    video = scene.seen(scene.upload(upload_id))
    assert (video.privacy_status, video.publish_at) == ("private", EVENING + DAY)
    assert scene.record(upload_id) == EVENING + DAY
    assert len(stage.sandbox.journal("video.inserted")) == 1
    scene.set_clock(EVENING + DAY, ours=EVENING + DAY - HOUR)
    assert scene.due() == [], "it is looked at by our clock"
    scene.set_clock(EVENING + DAY + HOUR, ours=EVENING + DAY)
    assert scene.due() == [upload_id]
    assert scene.record(upload_id) == EVENING + DAY
    assert scene.statuses() == [("published",) * 3]


def test_our_clock_an_hour_ahead_does_not_take_a_slot_away_before_its_time(
    stage: Stage, connection: Connection
) -> None:
    scene = Scene(stage, connection, daily("18:00", "Europe/Berlin"), EVENING - 3 * HOUR)
    upload_id = scene.new_upload()
    scene.upload(upload_id)
    scene.record(upload_id)
    scene.set_clock(EVENING - HOUR / 2, ours=EVENING + HOUR / 2)
    assert scene.due() == [upload_id]
    assert scene.record(upload_id) == EVENING, "YouTube's clock says that there is still time"
    assert scene.statuses() == [("scheduled",) * 3]
    assert stage.sandbox.journal("video.updated") == []
    scene.set_clock(EVENING + timedelta(minutes=1), ours=EVENING + HOUR)
    scene.record(upload_id)
    assert scene.statuses() == [("published",) * 3]


def test_a_clock_that_falls_back_gives_no_slot_twice(stage: Stage, connection: Connection) -> None:
    scene = Scene(stage, connection, daily("18:00", "Europe/Berlin"), EVENING - 3 * HOUR)
    uploads = [scene.new_upload() for _ in range(4)]
    for number, upload_id in enumerate(uploads):
        now = EVENING - (HOUR if number % 2 else 2 * HOUR)
        scene.set_clock(EVENING - HOUR, ours=now)
        scene.upload(upload_id)
    moments = [load_upload(connection, upload_id).publish_at for upload_id in uploads]
    assert moments == [EVENING + number * DAY for number in range(4)]
