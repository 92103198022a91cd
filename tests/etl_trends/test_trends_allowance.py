"""The trend watch's share of the quota lasts the day, and charts are never the ones to go short."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from etl.trends.allowance import Allowance, AllowanceLedger, Spent, chart_allowance, share_units, watch_allowance
from ytempire.clock import next_pacific_midnight, pacific_day, pacific_day_start
from ytempire.database.connection import Connection
from ytempire.errors import NotAttempted, QuotaExhausted
from ytempire.settings import TrendSettings, YouTubeSettings

NOON = datetime(2026, 11, 20, 20, tzinfo=UTC)
YOUTUBE = YouTubeSettings()
# An ordinary day, and the two on which the Pacific clock is moved.
DAYS = [
    datetime(2026, 6, 15, 12, tzinfo=UTC),
    datetime(2026, 3, 8, 20, tzinfo=UTC),
    datetime(2026, 11, 1, 20, tzinfo=UTC),
]


@given(
    share=st.floats(0, 1),
    regions=st.integers(0, 60),
    interval=st.integers(5, 90),
    advance=st.integers(0, 2000),
    wanted=st.lists(st.integers(0, 500), min_size=1, max_size=30),
    day=st.sampled_from(DAYS),
)
def test_a_day_of_runs_keeps_the_share_and_every_run_has_its_charts(
    share: float, regions: int, interval: int, advance: int, wanted: list[int], day: datetime
) -> None:
    trends = TrendSettings(quota_share=share, interval_minutes=interval, advance_units=advance)
    enough = share_units(trends, YOUTUBE) >= regions * -(-25 * 60 // interval)
    now, end = pacific_day_start(pacific_day(day)), next_pacific_midnight(day)
    charts = others = run = 0
    while now < end:
        may = chart_allowance(trends, YOUTUBE, Spent(charts, others))
        assert may >= regions or not enough
        charts += min(regions, may)
        may = watch_allowance(trends, YOUTUBE, Spent(charts, others), regions, now)
        others += min(wanted[run % len(wanted)], may)
        assert charts + others <= share_units(trends, YOUTUBE)
        run += 1
        now += timedelta(minutes=interval)


def test_watch_lists_may_be_ahead_once_and_then_go_evenly() -> None:
    trends = TrendSettings(quota_share=0.5, advance_units=300)
    start = pacific_day_start(pacific_day(NOON))
    first = watch_allowance(trends, YOUTUBE, Spent(charts=30), 30, start)
    assert first == 300 + (5000 - 30 * 96) // 96
    again = watch_allowance(trends, YOUTUBE, Spent(charts=60, others=first), 30, start + timedelta(minutes=15))
    assert again == pytest.approx((5000 - 30 * 96) / 96, abs=1)


def test_nothing_is_left_for_watch_lists_where_charts_need_it_all() -> None:
    trends = TrendSettings(quota_share=0.1)
    assert watch_allowance(trends, YOUTUBE, Spent(charts=30), 30, pacific_day_start(pacific_day(NOON))) == 0
    assert chart_allowance(trends, YOUTUBE, Spent(charts=1000)) == 0


def test_workers_never_take_more_than_there_is() -> None:
    allowance = Allowance(100)
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda _: allowance.take(3), range(80)))
    assert taken.count(True) == 33
    allowance.give_back(3)
    assert allowance.take(4) and not allowance.take(1)


def test_a_call_must_be_within_the_allowance_and_within_the_bucket(connection: Connection) -> None:
    allowance = Allowance(2)
    ledger = AllowanceLedger(connection, YouTubeSettings(daily_units=3), allowance, lambda: NOON)
    with pytest.raises(NotAttempted), ledger.spending("videos.list"):
        raise NotAttempted("no connection")
    for _ in range(2):
        with ledger.spending("videos.list"):
            pass
    with pytest.raises(QuotaExhausted, match="trend watch"):
        ledger.reserve("videos.list")
    allowance.grant(10)
    ledger.settle(ledger.reserve("videos.list"))
    with pytest.raises(QuotaExhausted, match="bucket default"):
        ledger.reserve("videos.list")
    assert allowance.take(9) and not allowance.take(1)
