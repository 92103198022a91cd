"""Publishing slots: what may be written, and which moments of a year it means."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise, takewhile
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from ytempire.channels.documents import read_documents, write_document
from ytempire.channels.models import ChannelSpec
from ytempire.channels.slots import PublishingSlots, SlotMoment, upcoming
from ytempire.channels.store import create_channel, get_channel
from ytempire.commands.assignments import read_assignments
from ytempire.database.connection import Connection
from ytempire.errors import InvalidInput

VALUES: dict[str, Any] = {
    "youtube_channel_id": "UCabcdefghijklmnopqrstuv",
    "name": "Chart Watch",
    "niche": "music",
    "credentials_id": "youtube_chart_watch",
}
EVENING = {"days": ["mon", "wed", "fri"], "times": ["18:00"], "time_zone": "Europe/Berlin"}


def slots(*groups: dict[str, Any]) -> list[PublishingSlots]:
    return [PublishingSlots.model_validate(group) for group in groups]


def first(count: int, start: datetime, *groups: dict[str, Any]) -> list[SlotMoment]:
    return list(islice(upcoming(slots(*groups), start), count))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_slots_come_in_order_on_their_days_in_their_zone() -> None:
    assert first(4, at("2026-11-23T12:00Z"), EVENING) == [
        SlotMoment(at("2026-11-23T17:00Z"), date(2026, 11, 23)),
        SlotMoment(at("2026-11-25T17:00Z"), date(2026, 11, 25)),
        SlotMoment(at("2026-11-27T17:00Z"), date(2026, 11, 27)),
        SlotMoment(at("2026-11-30T17:00Z"), date(2026, 11, 30)),
    ]


def test_several_zones_are_merged_and_the_same_moment_is_one_slot() -> None:
    tokyo = {"days": ["tue"], "times": ["02:00"], "time_zone": "Asia/Tokyo"}
    new_york = {"times": ["12:00"], "time_zone": "America/New_York"}
    found = first(3, at("2026-11-23T12:00Z"), EVENING, tokyo, new_york)
    # 18:00 in Berlin, 12:00 in New York and 02:00 the next day in Tokyo are one moment; the first group names its day.
    assert found == [
        SlotMoment(at("2026-11-23T17:00Z"), date(2026, 11, 23)),
        SlotMoment(at("2026-11-24T17:00Z"), date(2026, 11, 24)),
        SlotMoment(at("2026-11-25T17:00Z"), date(2026, 11, 25)),
    ]


def test_a_slot_of_this_very_moment_counts_and_one_just_over_does_not() -> None:
    moment = at("2026-11-23T17:00Z")
    assert first(1, moment, EVENING)[0].at == moment
    assert first(1, moment + timedelta(microseconds=1), EVENING)[0].at > moment


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Los_Angeles", "Australia/Lord_Howe", "Asia/Kathmandu"])
@pytest.mark.parametrize("clock_time", ["00:00", "01:30", "02:15", "02:30", "12:00", "23:59"])
@pytest.mark.parametrize("year", [2026, 2028])
def test_each_day_of_a_year_has_its_slot_once_through_daylight_saving_and_leap_days(
    zone: str, clock_time: str, year: int
) -> None:
    group = {"times": [clock_time], "time_zone": zone}
    begin, end = (datetime(y, 1, 1, tzinfo=ZoneInfo(zone)).astimezone(UTC) for y in (year, year + 1))
    found = list(takewhile(lambda moment: moment.at < end, upcoming(slots(group), begin)))
    days = [moment.day for moment in found]
    assert days == sorted(set(days))
    assert len(days) == (date(year + 1, 1, 1) - date(year, 1, 1)).days
    gaps = {later.at - earlier.at for earlier, later in pairwise(found)}
    assert min(gaps) >= timedelta(hours=23) and max(gaps) <= timedelta(hours=25)
    local = [moment.at.astimezone(ZoneInfo(zone)) for moment in found]
    assert all(seen.date() == moment.day for seen, moment in zip(local, found, strict=True))
    assert sum(f"{seen:%H:%M}" != clock_time for seen in local) <= 1, "only a time that the clock leaves out moves"


def test_a_time_that_the_clock_leaves_out_is_moved_and_one_it_shows_twice_is_the_first() -> None:
    night = {"times": ["02:30"], "time_zone": "America/Los_Angeles"}
    spring, autumn = first(1, at("2026-03-08T08:00Z"), night), first(2, at("2026-11-01T07:00Z"), night)
    assert spring[0].at == at("2026-03-08T10:30Z")  # 03:30 PDT: 02:30 was left out
    assert spring[0].at.astimezone(ZoneInfo("America/Los_Angeles")).hour == 3
    doubled = {"times": ["01:30"], "time_zone": "America/Los_Angeles"}
    assert first(2, at("2026-11-01T07:00Z"), doubled)[0].at == at("2026-11-01T08:30Z")  # 01:30 PDT, not PST
    assert [moment.day for moment in autumn] == [date(2026, 11, 1), date(2026, 11, 2)]


def test_two_times_that_spring_makes_the_same_are_one_slot() -> None:
    both = {"times": ["02:30", "03:30"], "time_zone": "America/Los_Angeles"}
    found = first(2, at("2026-03-08T08:00Z"), both)
    assert [moment.day for moment in found] == [date(2026, 3, 8), date(2026, 3, 9)]


def test_wherever_the_look_begins_the_same_slots_come() -> None:
    start = at("2026-10-20T00:00Z")
    groups = (EVENING, {"times": ["00:15", "23:45"], "time_zone": "Pacific/Kiritimati"})
    whole = first(60, start, *groups)
    for hours in range(0, 400, 7):
        begin = start + timedelta(hours=hours)
        assert first(5, begin, *groups) == [moment for moment in whole if moment.at >= begin][:5]


def test_without_slots_nothing_comes() -> None:
    assert list(upcoming([], at("2026-11-23T12:00Z"))) == []


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"times": ["24:00"], "time_zone": "Europe/Berlin"}, "slots.0.times.0"),
        ({"times": ["6:30"], "time_zone": "Europe/Berlin"}, "slots.0.times.0"),
        ({"times": [390], "time_zone": "Europe/Berlin"}, "slots.0.times.0"),
        ({"times": [], "time_zone": "Europe/Berlin"}, "slots.0.times"),
        ({"times": ["18:00"], "time_zone": "Europe/Atlantis"}, "slots.0.time_zone"),
        ({"times": ["18:00"], "time_zone": "../../etc/passwd"}, "slots.0.time_zone"),
        ({"times": ["18:00"], "time_zone": ""}, "slots.0.time_zone"),
        ({"times": ["18:00"]}, "slots.0.time_zone"),
        ({"times": ["18:00"], "time_zone": "UTC", "days": ["Monday"]}, "slots.0.days.0"),
        ({"times": ["18:00"], "time_zone": "UTC", "days": []}, "slots.0.days"),
        ({"times": ["18:00"], "time_zone": "UTC", "hour": 3}, "slots.0.hour"),
    ],
)
def test_a_wrong_slot_is_named(wrong: dict[str, Any], named: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        ChannelSpec.of({**VALUES, "slots": [wrong]})
    assert caught.value.field == f"channel.{named}"


@pytest.mark.parametrize("privacy", ["private", "unlisted"])
def test_what_does_not_become_public_has_no_slots(privacy: str) -> None:
    with pytest.raises(InvalidInput, match=r"slots: .*privacy_status") as caught:
        ChannelSpec.of({**VALUES, "privacy_status": privacy, "slots": [EVENING]})
    assert caught.value.field == "channel.slots"


@pytest.mark.parametrize("number", [0, 101, -1])
def test_a_wrong_number_of_uploads_is_named(number: int) -> None:
    with pytest.raises(InvalidInput, match=r"channel\.uploads_per_day"):
        ChannelSpec.of({**VALUES, "uploads_per_day": number})


def test_slots_are_kept_in_order_and_come_back_as_they_were(connection: Connection) -> None:
    mixed = {"days": ["fri", "mon", "mon"], "times": ["18:00", "06:30", "18:00"], "time_zone": "Europe/Berlin"}
    spec = ChannelSpec.of({**VALUES, "slots": [mixed], "uploads_per_day": 2})
    assert spec.slots == slots({"days": ["mon", "fri"], "times": ["06:30", "18:00"], "time_zone": "Europe/Berlin"})
    kept = get_channel(connection, create_channel(connection, spec))
    assert (kept.slots, kept.uploads_per_day) == (spec.slots, 2)


def test_slots_are_typed_as_a_list_and_written_to_files_and_read_again(connection: Connection) -> None:
    typed = "slots=[{days: [mon, fri], times: [06:30, 18:00], time_zone: Europe/Berlin}]"
    spec = ChannelSpec.of(VALUES).changed(read_assignments([typed]))
    channel = get_channel(connection, create_channel(connection, spec))
    (document,) = read_documents(write_document(channel), "channels.yaml")
    assert ChannelSpec.of(document.values).slots == channel.slots == spec.slots != []
