"""`ytempire quota` shows the buckets, the channels' shares and what waits, for people and for programs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta

from waiting_uploads import new_channel, new_upload

from ytempire.clock import next_pacific_midnight, pacific_day, system_clock
from ytempire.database.connection import Connection
from ytempire.settings import YouTubeSettings
from ytempire.youtube.quota import QuotaLedger


def ytempire(database_url: str, *arguments: str) -> str:
    environment = os.environ | {"COLUMNS": "240", "YTEMPIRE_DATABASE_URL": database_url}
    result = subprocess.run(
        [sys.executable, "-m", "ytempire", *arguments],
        env=environment, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return result.stdout


def test_an_empty_day_shows_whole_buckets(database_url: str) -> None:
    found = json.loads(ytempire(database_url, "quota", "--json"))
    limits = {line["bucket"]: (line["limit"], line["used"]) for line in found["buckets"]}
    assert limits == {
        "default": (10_000, 0), "videos.insert": (50, 0), "search.list": (100, 0), "videos.batchGetStats": (10_000, 0),
    }  # fmt: skip
    assert found["day"] == str(pacific_day(system_clock()))
    assert (found["channels"], found["waiting"], found["room"]) == ([], [], 19)


def test_a_day_under_way_shows_shares_and_what_waits(database_url: str, connection: Connection) -> None:
    day = pacific_day(system_clock())
    calm = new_channel(connection, "[bold]Calm[/bold]", priority=8, uploads_per_day=3)
    busy = new_channel(connection, "Busy", priority=2)
    reset = next_pacific_midnight(system_clock())
    ledger = QuotaLedger(connection, YouTubeSettings())
    ledger.settle(ledger.reserve("videos.insert", calm))
    ledger.reserve("thumbnails.set", calm)
    put_off = reset - timedelta(seconds=1)
    for _ in range(30):
        new_upload(connection, busy, day, status="deferred", not_before=put_off)
    new_upload(connection, calm, day)
    scheduled = new_upload(connection, calm, day, youtube_video_id="dQw4w9WgXcQ", status="uploaded")
    connection.execute(
        "UPDATE ytempire.uploads SET status = 'scheduled', publish_at = %(at)s, not_before = %(at)s, slot_day = %(day)s"
        " WHERE upload_id = %(upload)s",
        {"at": reset, "day": day, "upload": scheduled},
    )
    found = json.loads(ytempire(database_url, "quota", "--json"))
    buckets = {line["bucket"]: (line["used"], line["reserved"]) for line in found["buckets"]}
    assert (buckets["videos.insert"], buckets["default"]) == ((1, 0), (50, 50))
    first, second = found["channels"]
    assert (first["channel"], first["uploaded"], first["waiting"], first["places"], first["units"]) == (
        "[bold]Calm[/bold]", 1, 1, 1, 50,
    )  # fmt: skip
    assert (second["waiting"], second["places"]) == (30, found["room"] - 1)
    assert len(found["waiting"]) == 31
    assert found["waiting"][-1]["status"] == "scheduled"

    shown = ytempire(database_url, "quota")
    assert "[bold]Calm[/bold]" in shown
    assert f"Quota of {day}" in shown and "What waits" in shown
    assert f"Room for {found['room']} more videos" in shown
