"""Publishing slots: the moments of a week at which a channel's videos become public.

A slot is a time of day in a time zone, on some days of the week. It lies on its own zone's calendar: 18:00 in
Berlin stays 18:00 there through daylight saving. A time that a clock leaves out in spring is moved by the hour
left out; one that it shows twice in autumn is the first of the two (RFC 5545, 3.3.5).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

_WEEK: tuple[Weekday, ...] = get_args(Weekday)
_WINDOW = timedelta(days=7)


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no IANA time zone (such as Europe/Berlin)") from None
    return name


def _in_week_order(days: list[Weekday]) -> list[Weekday]:
    return sorted(set(days), key=_WEEK.index)


def _ascending(times: list[str]) -> list[str]:
    return sorted(set(times))


TimeOfDay = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]


class PublishingSlots(BaseModel):
    """Some slots of one time zone: each of ``times`` on each of ``days``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    days: Annotated[list[Weekday], Field(min_length=1), AfterValidator(_in_week_order)] = Field(
        default=list(_WEEK), description="Days of the week, mon to sun"
    )
    times: Annotated[list[TimeOfDay], Field(min_length=1, max_length=48), AfterValidator(_ascending)] = Field(
        description='Times of day, "HH:MM"'
    )
    time_zone: Annotated[str, AfterValidator(_known_zone)] = Field(description="IANA time zone of days and times")


@dataclass(frozen=True)
class SlotMoment:
    """A slot of a certain day: when it is (UTC), and the date it has in its own time zone."""

    at: datetime
    day: date


def upcoming(slots: Sequence[PublishingSlots], start: datetime) -> Iterator[SlotMoment]:
    """Yield the slots from ``start`` (aware) on, earliest first, without end; nothing where there are no slots.

    Slots of the same moment are one.
    """
    while slots:
        end = start + _WINDOW
        found = {moment.at: moment for group in reversed(slots) for moment in _within(group, start, end)}
        yield from sorted(found.values(), key=lambda moment: moment.at)
        start = end


def _within(group: PublishingSlots, start: datetime, end: datetime) -> Iterator[SlotMoment]:
    zone = ZoneInfo(group.time_zone)
    # A time that daylight saving moves may fall on the day after its own.
    day, last = start.astimezone(zone).date() - timedelta(days=1), end.astimezone(zone).date()
    while day <= last:
        if _WEEK[day.weekday()] in group.days:
            for clock_time in group.times:
                at = datetime.combine(day, time.fromisoformat(clock_time), zone).astimezone(UTC)
                if start <= at < end:
                    yield SlotMoment(at, day)
        day += timedelta(days=1)
