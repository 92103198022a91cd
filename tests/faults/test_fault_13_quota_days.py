"""Fault 13, quota days: through daylight saving, leap days and clocks an hour off, no day is missing or doubled."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from slot_scene import Scene
from upload_scene import Stage

from ytempire.clock import next_pacific_midnight, pacific_day, pacific_day_start
from ytempire.database.connection import Connection
from ytempire.errors import QuotaExhausted
from ytempire.publishing.store import load_upload
from ytempire.settings import YouTubeSettings
from ytempire.youtube.quota import QuotaLedger

HOUR = timedelta(hours=1)
SPRING, AUTUMN, LEAP = date(2026, 3, 8), date(2026, 11, 1), date(2028, 2, 29)
MIDNIGHT = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.mark.parametrize("year", [2026, 2027, 2028])
def test_every_moment_of_a_year_lies_in_one_quota_day_and_each_day_ends_at_the_next(year: int) -> None:
    moment, end = (pacific_day_start(date(y, 1, 1)) for y in (year, year + 1))
    seen: Counter[date] = Counter()
    while moment < end:
        day = pacific_day(moment)
        assert pacific_day_start(day) <= moment < next_pacific_midnight(moment) == pacific_day_start(day + timedelta(1))
        seen[day] += 1
        moment += timedelta(minutes=15)
    assert list(seen) == [
        date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)
    ]
    odd = {day: count for day, count in seen.items() if count != 96}
    assert sorted(odd.values()) == [92, 100]


@pytest.mark.parametrize(("day", "hours"), [(SPRING, 23), (AUTUMN, 25), (LEAP, 24)])
def test_each_day_gives_its_quota_once_whatever_its_length(connection: Connection, day: date, hours: int) -> None:
    moment = pacific_day_start(day - timedelta(days=1))
    end = pacific_day_start(day + timedelta(days=2))
    settings = YouTubeSettings(daily_uploads=7)
    spent: Counter[date] = Counter()
    while moment < end:
        try:
            QuotaLedger(connection, settings, clock=lambda at=moment: at).reserve("videos.insert")
            spent[pacific_day(moment)] += 1
        except QuotaExhausted as error:
            assert error.until == pacific_day_start(pacific_day(moment) + timedelta(days=1))
        moment += HOUR
    assert spent == {day + timedelta(days=number): 7 for number in (-1, 0, 1)}
    assert pacific_day_start(day + timedelta(days=1)) - pacific_day_start(day) == timedelta(hours=hours)


def test_a_clock_that_falls_back_over_midnight_spends_neither_day_twice(connection: Connection) -> None:
    spent: Counter[date] = Counter()
    for swing in range(40):
        moment = MIDNIGHT + (timedelta(minutes=swing) if swing % 2 else timedelta(minutes=swing) - HOUR)
        try:
            QuotaLedger(connection, YouTubeSettings(daily_uploads=5), clock=lambda at=moment: at).reserve(
                "videos.insert"
            )
            spent[pacific_day(moment)] += 1
        except QuotaExhausted:
            continue
    assert spent == {date(2026, 11, 23): 5, date(2026, 11, 24): 5}
    rows = connection.execute("SELECT day, used FROM ytempire.quota_buckets ORDER BY day").fetchall()
    assert [row["used"] for row in rows] == [5, 5]


def uploads_by_day(stage: Stage) -> Counter[str]:
    charged = stage.sandbox.journal("quota.charged")
    return Counter(one["details"]["day"] for one in charged if one["details"]["bucket"] == "videos.insert")


def try_upload(scene: Scene, upload_id: UUID) -> datetime | None:
    """The moment until which the upload is put off, None when it is there."""
    try:
        scene.upload(upload_id)
    except QuotaExhausted as error:
        return error.until
    return None


def test_our_clock_an_hour_ahead_of_the_reset_does_not_lose_the_new_day(stage: Stage, connection: Connection) -> None:
    """At 23:30 we believe that it is 00:30: YouTube's "exhausted" is about the day that it still counts."""
    scene = Scene(stage, connection, [], MIDNIGHT)
    scene.set_clock(MIDNIGHT - HOUR / 2, ours=MIDNIGHT + HOUR / 2)
    stage.sandbox.post("quota", limits={"videos.insert": 0})
    upload_id = scene.new_upload()
    assert try_upload(scene, upload_id) == MIDNIGHT
    assert load_upload(connection, upload_id).status == "deferred"
    stage.sandbox.post("quota", limits={"videos.insert": 100})
    scene.set_clock(MIDNIGHT, ours=MIDNIGHT + HOUR)
    assert scene.due() == [upload_id]
    assert try_upload(scene, upload_id) is None
    assert uploads_by_day(stage) == {"2026-11-24": 1}


def test_our_clock_an_hour_behind_the_reset_overspends_neither_day(stage: Stage, connection: Connection) -> None:
    scene = Scene(stage, connection, [], MIDNIGHT)
    limited = stage.settings.youtube.model_copy(update={"daily_uploads": 2})
    object.__setattr__(stage, "settings", stage.settings.model_copy(update={"youtube": limited}))
    stage.sandbox.post("quota", limits={"videos.insert": 3})
    uploads = [scene.new_upload() for _ in range(6)]
    scene.set_clock(MIDNIGHT + HOUR / 2, ours=MIDNIGHT - HOUR / 2)
    assert [try_upload(scene, one) for one in uploads[:3]] == [None, None, MIDNIGHT]
    scene.set_clock(MIDNIGHT + 3 * HOUR / 2, ours=MIDNIGHT + HOUR / 2)
    # By our ledger the new day has two more; YouTube has counted the first two to it already and has one.
    assert [try_upload(scene, one) for one in uploads[2:4]] == [None, MIDNIGHT + timedelta(days=1)]
    assert scene.due() == [uploads[2]], "it is to be finished; another upload must wait"
    assert uploads_by_day(stage) == {"2026-11-24": 3}
    scene.set_clock(MIDNIGHT + timedelta(days=1, hours=1), ours=MIDNIGHT + timedelta(days=1))
    assert [try_upload(scene, one) for one in uploads[3:5]] == [None, None]
    assert uploads_by_day(stage) == {"2026-11-24": 3, "2026-11-25": 2}
