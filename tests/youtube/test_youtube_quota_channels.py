"""The ledger gives the day's uploads to the channels by their shares, within their caps, to eight workers at once."""

from __future__ import annotations

import multiprocessing
import random
from collections import Counter
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from waiting_uploads import new_channel, new_job, new_upload

from ytempire.clock import pacific_day
from ytempire.database.connection import Connection, connect
from ytempire.errors import QuotaExhausted, UploadHeld
from ytempire.settings import YouTubeSettings
from ytempire.youtube.quota import QuotaLedger
from ytempire.youtube.shares import claims_of_day

NOON = datetime(2026, 11, 20, 20, tzinfo=UTC)
RESET = datetime(2026, 11, 21, 8, tzinfo=UTC)
DAY = pacific_day(NOON)
ROOMY = {"daily_units": 1_000_000}


def ledger(connection: Connection, at: datetime = NOON, **limits: int) -> QuotaLedger:
    return QuotaLedger(connection, YouTubeSettings(**(ROOMY | limits)), clock=lambda: at)


def spend(connection: Connection, channel_id: UUID, times: int, **limits: int) -> int:
    """Upload as often as it is allowed, at most ``times``; what is uploaded waits no longer."""
    quota, done = ledger(connection, **limits), 0
    for _ in range(times):
        try:
            quota.settle(quota.reserve("videos.insert", channel_id))
        except (UploadHeld, QuotaExhausted):
            break
        connection.execute(
            "UPDATE ytempire.uploads SET status = 'failed' WHERE upload_id = (SELECT upload_id FROM ytempire.uploads"
            " WHERE channel_id = %s AND status = 'pending' LIMIT 1)",
            (channel_id,),
        )
        done += 1
    return done


def test_a_channels_cap_holds_until_the_pacific_midnight(connection: Connection) -> None:
    channel_id = new_channel(connection, "capped", uploads_per_day=2)
    quota = ledger(connection)
    quota.settle(quota.reserve("videos.insert", channel_id))
    quota.release(quota.reserve("videos.insert", channel_id))
    quota.reserve("videos.insert", channel_id)
    with pytest.raises(UploadHeld, match="capped has had its 2 uploads") as caught:
        quota.reserve("videos.insert", channel_id)
    assert caught.value.until == RESET
    quota.reserve("thumbnails.set", channel_id)
    quota.reserve("videos.insert", new_channel(connection, "another"))
    ledger(connection, at=RESET).reserve("videos.insert", channel_id)


def test_a_flood_leaves_the_others_their_share(connection: Connection) -> None:
    flood, calm = new_channel(connection, "flood"), new_channel(connection, "calm", priority=10, videos_per_day=3)
    for _ in range(20):
        new_upload(connection, flood, DAY)
    assert spend(connection, flood, 20, daily_uploads=10) == 7
    with pytest.raises(UploadHeld, match="other channels come first") as caught:
        ledger(connection, daily_uploads=10).reserve("videos.insert", flood)
    assert NOON < caught.value.until < RESET
    for _ in range(3):
        new_upload(connection, calm, DAY)
    assert spend(connection, calm, 3, daily_uploads=10) == 3
    with pytest.raises(QuotaExhausted):
        ledger(connection, daily_uploads=10).reserve("videos.insert", flood)


def test_room_is_kept_for_jobs_under_way_and_given_back_when_they_end(connection: Connection) -> None:
    flood, maker = new_channel(connection, "flood", priority=1), new_channel(connection, "maker", priority=10)
    job_id = new_job(connection, maker, DAY)
    for _ in range(5):
        new_upload(connection, flood, DAY)
    assert spend(connection, flood, 5, daily_uploads=3) == 2
    connection.execute("UPDATE ytempire.generation_jobs SET status = 'failed' WHERE job_id = %s", (job_id,))
    assert spend(connection, flood, 5, daily_uploads=3) == 1


def test_room_is_given_back_when_a_channel_is_paused_or_the_reset_is_near(connection: Connection) -> None:
    flood, plan = new_channel(connection, "flood", priority=1), new_channel(connection, "plan", videos_per_day=9)
    new_upload(connection, flood, DAY)
    settings = {"daily_uploads": 5}
    with pytest.raises(UploadHeld):
        ledger(connection, **settings).reserve("videos.insert", flood)
    evening = RESET - timedelta(seconds=YouTubeSettings().expectations_lapse_seconds)
    entry = ledger(connection, at=evening, **settings)
    entry.release(entry.reserve("videos.insert", flood))
    connection.execute("UPDATE ytempire.channels SET status = 'paused' WHERE channel_id = %s", (plan,))
    ledger(connection, **settings).reserve("videos.insert", flood)


def test_no_upload_begins_without_the_units_to_finish_it(connection: Connection) -> None:
    channel_id = new_channel(connection, "one")
    limits = {"daily_units": 1_200}  # two videos at 510 units
    for number in range(2):
        quota = ledger(connection, **limits)
        entry = quota.reserve("videos.insert", channel_id)
        # An upload that is just beginning will need its units too.
        with pytest.raises(UploadHeld) if number else nullcontext():
            quota.release(quota.reserve("videos.insert", channel_id))
        quota.settle(entry)
        new_upload(connection, channel_id, DAY, status="uploaded", youtube_video_id=f"v{random.random()}")
    with pytest.raises(UploadHeld, match="no units to finish"):
        ledger(connection, **limits).reserve("videos.insert", channel_id)
    ledger(connection, units_to_finish_a_video=0, **limits).reserve("videos.insert", channel_id)


def test_what_does_not_speak_for_a_channel_is_bound_by_the_bucket_alone(connection: Connection) -> None:
    new_channel(connection, "plan", videos_per_day=50)
    quota = ledger(connection, daily_uploads=1)
    quota.reserve("videos.insert")
    with pytest.raises(QuotaExhausted):
        quota.reserve("videos.insert")


def test_an_upload_that_has_waited_for_days_weighs_more(connection: Connection) -> None:
    patient, urgent = new_channel(connection, "patient", priority=1), new_channel(connection, "urgent", priority=5)
    for channel_id in (patient, urgent):
        new_upload(connection, channel_id, DAY)
    one = {"daily_uploads": 1}
    with pytest.raises(UploadHeld):
        ledger(connection, **one).reserve("videos.insert", patient)
    connection.execute(
        "UPDATE ytempire.uploads SET created_at = %s WHERE channel_id = %s", (NOON - timedelta(days=5), patient)
    )
    (first, _) = sorted(claims_of_day(connection, YouTubeSettings(), NOON), key=lambda claim: -claim.weight)
    assert (first.name, first.weight) == ("patient", 6)
    with pytest.raises(UploadHeld):
        ledger(connection, **one).reserve("videos.insert", urgent)
    ledger(connection, **one).reserve("videos.insert", patient)


def test_many_channels_are_counted_in_milliseconds(connection: Connection) -> None:
    for number in range(40):
        channel_id = new_channel(connection, f"channel {number}", videos_per_day=2)
        for _ in range(3):
            new_upload(connection, channel_id, DAY)
    connection.execute("ANALYZE ytempire.uploads, ytempire.generation_jobs, ytempire.channels")
    begun = datetime.now(UTC)
    claims = claims_of_day(connection, YouTubeSettings(), NOON)
    assert datetime.now(UTC) - begun < timedelta(seconds=0.5)
    assert {(claim.waiting, claim.expected) for claim in claims} == {(3, 0)}


def _worker(database_url: str, channels: list[UUID], seed: int, results: multiprocessing.Queue) -> None:
    chance, done = random.Random(seed), Counter[UUID]()
    with connect(database_url) as connection:
        quota = ledger(connection, daily_uploads=30, daily_units=20_000)
        for _ in range(25):
            channel_id = chance.choice(channels)
            try:
                entry = quota.reserve("videos.insert", channel_id)
            except (UploadHeld, QuotaExhausted):
                continue
            if chance.random() < 0.2:
                quota.release(entry)
            else:
                quota.settle(entry)
                done[channel_id] += 1
    results.put(done)


@pytest.mark.parametrize("seed", range(3))
def test_eight_processes_never_overspend_bucket_cap_or_share(database_url: str, seed: int) -> None:
    with connect(database_url) as connection:
        caps = [2, 3, 5, None, None]
        channels = [
            new_channel(connection, f"channel {number}", priority=number + 1, uploads_per_day=cap)
            for number, cap in enumerate(caps)
        ]
        for channel_id in channels:
            for _ in range(12):
                new_upload(connection, channel_id, DAY)
    context = multiprocessing.get_context("fork")
    results: multiprocessing.Queue = context.Queue()
    arguments = [(database_url, channels, seed * 8 + number, results) for number in range(8)]
    processes = [context.Process(target=_worker, args=each) for each in arguments]
    for process in processes:
        process.start()
    done = sum((results.get(timeout=60) for _ in processes), Counter())
    for process in processes:
        process.join(10)
    with connect(database_url) as connection:
        bucket = connection.execute("SELECT used FROM ytempire.quota_buckets WHERE bucket = 'videos.insert'").fetchone()
        kept = connection.execute(
            "SELECT channel_id, count(*) AS uploads FROM ytempire.quota_ledger WHERE state = 'settled' GROUP BY 1"
        ).fetchall()
    assert bucket == {"used": sum(done.values())}
    assert {row["channel_id"]: row["uploads"] for row in kept} == +done
    # Three reach their caps; the other two share what is left as 4 to 5.
    assert [done[channel_id] for channel_id in channels] == [2, 3, 5, 9, 11]
