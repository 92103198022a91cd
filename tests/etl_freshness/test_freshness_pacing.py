"""A day's calls are never overspent, and never saved up to be lost at midnight."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from etl.freshness.pacing import calls_allowed
from ytempire.clock import next_pacific_midnight, pacific_day, pacific_day_start

DAYS = st.sampled_from([date(2026, 3, 8), date(2026, 11, 1), date(2026, 11, 22), date(2028, 2, 29)])


@settings(max_examples=30, deadline=None)
@given(DAYS, st.integers(1, 10_000), st.integers(0, 300), st.lists(st.integers(0, 12), min_size=1, max_size=60))
def test_whatever_is_asked_for_the_day_is_not_overspent(day: date, limit: int, advance: int, wanted: list[int]) -> None:
    start = pacific_day_start(day)
    end = next_pacific_midnight(start)
    step = (end - start) / len(wanted)
    used = 0
    for number, wish in enumerate(wanted):
        now = start + number * step
        allowed = calls_allowed(limit, used, advance, now)
        assert 0 <= allowed <= limit - used
        even = limit * ((now - start + timedelta(minutes=1)) / (end - start))
        assert used + allowed <= max(used, even + advance)
        used += min(wish * 100, allowed)
    last = end - timedelta(seconds=1)
    assert pacific_day(last) == day and calls_allowed(limit, used, 0, last) == limit - used


def test_347_videos_are_seen_every_minute_around_the_clock() -> None:
    start = datetime(2026, 11, 22, 8, tzinfo=UTC)
    used, short = 0, 0
    for minute in range(24 * 60):
        calls = min(7, calls_allowed(10_000, used, 200, start + timedelta(minutes=minute)))
        used += calls
        short += calls < 7
    # 7 calls a minute are 10,080 a day: 80 too many, which the last hours do without.
    assert used == 10_000 and short <= 80
