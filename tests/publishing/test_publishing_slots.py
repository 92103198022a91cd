"""Taking a slot: the next free one, once, far enough ahead, and not too many on a day."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from slot_scene import DAILY, EVENING, MONDAY
from waiting_uploads import new_channel
from waiting_uploads import new_upload as new_row

from ytempire.database.connection import Connection, connect
from ytempire.errors import InvalidInput
from ytempire.publishing.schedule import take_slot
from ytempire.publishing.store import load_upload
from ytempire.settings import YouTubeSettings

SETTINGS = YouTubeSettings()


def slot_of(connection: Connection, upload_id: UUID, now: datetime = MONDAY) -> datetime | None:
    return take_slot(connection, SETTINGS, load_upload(connection, upload_id), now).publish_at


def test_a_slot_is_taken_far_enough_ahead_and_kept(connection: Connection) -> None:
    channel_id = new_channel(connection, "one", slots=DAILY)
    upload_id = new_row(connection, channel_id, date(2026, 11, 23))
    assert slot_of(connection, upload_id) == EVENING
    enough = EVENING - timedelta(seconds=SETTINGS.slot_lead_seconds)
    assert slot_of(connection, upload_id, enough) == EVENING
    assert slot_of(connection, upload_id, enough + timedelta(seconds=1)) == EVENING + timedelta(days=1)


def test_eight_workers_at_once_never_take_the_same_slot(database_url: str, connection: Connection) -> None:
    twice = [{"times": ["09:00", "18:00"], "time_zone": "Europe/Berlin"}]
    channel_id = new_channel(connection, "one", slots=twice)
    uploads = [new_row(connection, channel_id, date(2026, 11, 23)) for _ in range(24)]

    def take(number: int) -> list[datetime | None]:
        with connect(database_url) as own:
            return [slot_of(own, upload_id) for upload_id in uploads[number::8]]

    with ThreadPoolExecutor(8) as pool:
        taken = sorted(moment for moments in pool.map(take, range(8)) for moment in moments if moment)
    assert len(set(taken)) == 24
    assert taken[0] == EVENING
    assert taken[-1] - taken[0] < timedelta(days=12), "no slot was passed over"


def test_a_day_has_at_most_its_number_of_videos_in_the_slots_own_zone(connection: Connection) -> None:
    # 06:00 in Tokyo is the evening before in Berlin and in Los Angeles: the day is Tokyo's.
    often = [{"times": ["06:00", "12:00", "18:00"], "time_zone": "Asia/Tokyo"}]
    channel_id = new_channel(connection, "one", slots=often, uploads_per_day=2)
    start = datetime(2026, 11, 22, 15, tzinfo=UTC)
    taken = [slot_of(connection, new_row(connection, channel_id, date(2026, 11, 22)), start) for _ in range(5)]
    assert [f"{moment:%d %H:%M}" for moment in taken if moment] == [
        "22 21:00", "23 03:00", "23 21:00", "24 03:00", "24 21:00"
    ]  # fmt: skip


def test_a_failed_uploads_slot_is_free_again(connection: Connection) -> None:
    channel_id = new_channel(connection, "one", slots=DAILY)
    lost, other = (new_row(connection, channel_id, date(2026, 11, 23)) for _ in range(2))
    assert slot_of(connection, lost) == EVENING
    connection.execute("UPDATE ytempire.uploads SET status = 'failed' WHERE upload_id = %s", (lost,))
    assert slot_of(connection, other) == EVENING
    connection.execute("UPDATE ytempire.uploads SET status = 'pending' WHERE upload_id = %s", (lost,))
    assert slot_of(connection, lost) == EVENING + timedelta(days=1)


def test_what_has_not_begun_loses_its_slot_with_the_channels_slots(connection: Connection) -> None:
    upload_id = new_row(connection, new_channel(connection, "one", slots=DAILY), date(2026, 11, 23))
    assert slot_of(connection, upload_id) == EVENING
    connection.execute("UPDATE ytempire.channel_configurations SET slots = '[]'")
    assert slot_of(connection, upload_id) is None


def test_two_years_without_a_free_slot_are_an_error_that_names_the_field(connection: Connection) -> None:
    channel_id = new_channel(connection, "one", slots=DAILY)
    first = new_row(connection, channel_id, date(2026, 11, 23))
    connection.execute(
        "INSERT INTO ytempire.generation_jobs (channel_id, job_type, config, day, slot)"
        " SELECT %s, 'video', '{}', '2026-01-01', number FROM generate_series(1, 800) AS number",
        (channel_id,),
    )
    connection.execute(
        "INSERT INTO ytempire.videos (channel_id, job_id, title) SELECT channel_id, job_id, 'A video'"
        " FROM ytempire.generation_jobs WHERE day = '2026-01-01'"
    )
    connection.execute(
        "INSERT INTO ytempire.uploads (job_id, video_id, channel_id, marker, media_path, media_blake3, total_bytes,"
        " privacy_status, made_for_kids, publish_at, slot_day)"
        " SELECT job_id, video_id, video.channel_id, job_id, 'a/video.mp4', '00', 1, 'public', false,"
        " (timestamp '2026-11-22 18:00' + job.slot * interval '1 day') AT TIME ZONE 'Europe/Berlin', job.day"
        " FROM ytempire.generation_jobs AS job JOIN ytempire.videos AS video USING (job_id)"
        " WHERE job.day = '2026-01-01'"
    )
    with pytest.raises(InvalidInput, match="Add slots") as caught:
        slot_of(connection, first)
    assert caught.value.field == "channel.slots"
