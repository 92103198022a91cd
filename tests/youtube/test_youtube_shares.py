"""How channels share a day's uploads: by priority, nothing left unused, room kept for who comes late."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest

from ytempire.youtube.shares import Claim, places

SPACE = UUID(int=7)


def claim(name: str, priority: int = 5, *, used: int = 0, waiting: int = 0, expected: int = 0, cap: int | None = None):
    return Claim(
        channel_id=uuid5(SPACE, name), name=name, priority=priority, cap=cap, used=used, waiting=waiting,
        expected=expected, unfinished=0,
    )  # fmt: skip


def shares(claims: list[Claim], room: int) -> dict[str, int]:
    counted = Counter(places(claims, room))
    return {one.name: counted[one.channel_id] for one in claims}


def test_a_scarce_day_is_shared_in_proportion_to_the_priorities() -> None:
    claims = [claim("low", 1, waiting=99), claim("middle", 3, waiting=99), claim("high", 6, waiting=99)]
    assert shares(claims, 50) == {"low": 5, "middle": 15, "high": 30}


def test_what_a_channel_does_not_want_goes_to_the_others() -> None:
    claims = [claim("low", 1, waiting=99), claim("middle", 3, waiting=4), claim("high", 6, waiting=10)]
    assert shares(claims, 50) == {"low": 36, "middle": 4, "high": 10}


def test_where_there_is_room_for_everybody_nobody_waits() -> None:
    claims = [claim("low", 1, waiting=12), claim("high", 10, waiting=12)]
    assert shares(claims, 50) == {"low": 12, "high": 12}
    assert shares(claims, 0) == {"low": 0, "high": 0}


def test_the_places_alternate_and_the_more_urgent_begins() -> None:
    low, high = claim("low", 5, waiting=9), claim("high", 10, waiting=9)
    order = places([low, high], 6)
    assert order == [high.channel_id] * 2 + [low.channel_id] + [high.channel_id] * 2 + [low.channel_id]


def test_who_has_had_much_today_comes_after_who_has_had_little() -> None:
    claims = [claim("early", used=20, waiting=30), claim("late", waiting=30)]
    assert shares(claims, 30) == {"early": 5, "late": 25}


def test_a_cap_bounds_a_claim() -> None:
    claims = [
        claim("capped", 10, used=2, waiting=9, cap=3),
        claim("full", 10, used=3, waiting=9, cap=3),
        claim("other"),
    ]
    assert shares(claims, 50) == {"capped": 1, "full": 0, "other": 0}


@pytest.mark.parametrize("seed", range(20))
def test_the_division_is_fair_whatever_the_claims_are(seed: int) -> None:
    chance = random.Random(seed)
    claims = [
        claim(f"channel {number}", chance.randint(1, 10), used=chance.randint(0, 5), waiting=chance.randint(0, 30))
        for number in range(chance.randint(1, 12))
    ]
    room = chance.randint(0, 80)
    got = shares(claims, room)
    assert sum(got.values()) == min(room, sum(one.wanted for one in claims)), "nothing is left unused"
    for one in claims:
        for other in claims:
            if got[one.name] < one.wanted and got[other.name]:
                # Nobody would come off better, for the same priority, in the other's last place.
                own = (one.used + got[one.name] + 1) / one.priority
                assert own >= (other.used + got[other.name]) / other.priority


def test_of_equals_who_has_waited_longest_is_first() -> None:
    morning = datetime(2026, 11, 20, 16, tzinfo=UTC)
    late = claim("late", waiting=1).model_copy(update={"waiting_since": morning + timedelta(hours=1)})
    early = claim("early", waiting=1).model_copy(update={"waiting_since": morning})
    planned = claim("planned", expected=1)
    assert places([planned, late, early], 3) == [early.channel_id, late.channel_id, planned.channel_id]


def test_nobody_waits_for_ever() -> None:
    """Sixty urgent channels and twenty others make a video a day each, and fifty a day can be uploaded."""
    priorities = {f"urgent {n}": 10 for n in range(60)} | {f"other {n}": 1 for n in range(20)}
    backlog: dict[str, list[int]] = {name: [] for name in priorities}
    waited: dict[str, list[int]] = {name: [] for name in priorities}
    for day in range(60):
        claims = []
        for name, priority in priorities.items():
            backlog[name].append(day)
            one = claim(name, priority, waiting=len(backlog[name]))
            claims.append(one.model_copy(update={"waited_days": day - backlog[name][0]}))
        names = {one.channel_id: one.name for one in claims}
        for channel_id in places(claims, 50):
            waited[names[channel_id]].append(day - backlog[names[channel_id]].pop(0))
    uploads = {kind: sum(len(w) for name, w in waited.items() if kind in name) for kind in ("urgent", "other")}
    assert sum(uploads.values()) == 60 * 50
    assert uploads["urgent"] / 60 > uploads["other"] / 20, "who is more urgent has more"
    first = {kind: max(waits[0] for name, waits in waited.items() if kind in name) for kind in uploads}
    assert first == {"urgent": 1, "other": 12}


class Day:
    """A simulated day: channels whose videos become ready at hours, and a bucket that they share."""

    def __init__(self, limit: int, channels: dict[str, tuple[int, list[float]]], *, lapse_hours: float = 3) -> None:
        self.limit, self.channels, self.lapse = limit, channels, lapse_hours
        self.used: Counter[str] = Counter()
        self.uploads: list[tuple[float, str]] = []

    def claims(self, hour: float, failed: set[str]) -> list[Claim]:
        made = []
        for name, (priority, ready) in self.channels.items():
            done = self.used[name]
            waiting = sum(moment <= hour for moment in ready) - done
            expected = 0 if 24 - hour <= self.lapse or name in failed else sum(moment > hour for moment in ready)
            made.append(claim(name, priority, used=done, waiting=waiting, expected=expected))
        return made

    def run(self, failing: dict[str, float] | None = None) -> dict[str, int]:
        """Look every quarter of an hour at what may go; ``failing``: from when a channel's videos do not come."""
        for quarter in range(96):
            hour = quarter / 4
            failed = {name for name, since in (failing or {}).items() if hour >= since}
            while True:
                claims = self.claims(hour, failed)
                order = places(claims, self.limit - sum(self.used.values()))
                ready = {one.channel_id: one.name for one in claims if one.waiting > 0}
                chosen = next((ready[one] for one in order if one in ready), None)
                if chosen is None:
                    break
                self.used[chosen] += 1
                self.uploads.append((hour, chosen))
        return {name: self.used[name] for name in self.channels}


def test_a_days_early_flood_leaves_the_evening_its_share() -> None:
    day = Day(50, {"flood": (5, [0.0] * 80), "evening": (5, [19.0] * 20), "night": (10, [20.5] * 4)})
    assert day.run() == {"flood": 26, "evening": 20, "night": 4}


def test_of_a_day_wanted_by_all_each_gets_its_part_whenever_it_comes() -> None:
    hours = [24 * number / 60 for number in range(60)]
    day = Day(40, {"morning": (1, [0.0] * 60), "all day": (4, hours), "evening": (5, [20.0] * 60)})
    assert day.run() == {"morning": 4, "all day": 16, "evening": 20}


def test_room_kept_for_videos_that_never_come_is_given_back() -> None:
    day = Day(50, {"flood": (5, [0.0] * 80), "silent": (5, [30.0] * 40)})
    assert day.run() == {"flood": 50, "silent": 0}
    assert max(hour for hour, _ in day.uploads) == 21, "it is given back when the reset is near"
    failing = Day(50, {"flood": (5, [0.0] * 80), "silent": (5, [30.0] * 40)})
    assert failing.run({"silent": 6.0}) == {"flood": 50, "silent": 0}
    assert max(hour for hour, _ in failing.uploads) == 6, "and at once when its jobs have failed"


@pytest.mark.parametrize("seed", range(10))
def test_no_day_is_overspent_and_none_is_wasted_while_somebody_waits(seed: int) -> None:
    chance = random.Random(seed)
    channels = {
        f"channel {number}": (chance.randint(1, 10), [chance.uniform(0, 23) for _ in range(chance.randint(0, 30))])
        for number in range(6)
    }
    day = Day(50, channels)
    day.run()
    wanted = sum(len(ready) for _, ready in channels.values())
    assert sum(day.used.values()) == min(50, wanted)
