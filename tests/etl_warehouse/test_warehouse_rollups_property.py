"""Any course of answers, in any order, and any change of niche: the sums equal those of the facts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from etl_rows import add_channel, add_video, stage_slice
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_warehouse_rollups import assert_equal_to_full

from etl.warehouse.load import load_batch
from etl.warehouse.rollups import recompute
from ytempire.database.connection import Connection

# Ten days around the end of a week, of a month and of daylight saving.
FIRST = date(2026, 10, 27)
NICHES = ("music", "gaming")
TABLES = (
    "video_metrics", "analytics_slices", "staging_slices", "staging_video_metrics", "channel_revenue_daily",
    *(f"{part}_metrics_{period}" for part in ("video", "channel", "niche") for period in ("daily", "weekly")),
)  # fmt: skip

answers = st.tuples(
    st.just("answer"),
    st.integers(0, 2),
    st.integers(0, 9),
    st.dictionaries(st.integers(0, 2), st.integers(0, 10**9), max_size=3),
)
moves = st.tuples(st.just("move"), st.integers(0, 2), st.integers(0, 1), st.just({}))


@pytest.mark.parametrize("steps_at_once", [1, 4])
def test_sums_equal_those_of_the_facts(connection: Connection, steps_at_once: int) -> None:
    channels = [add_channel(connection, f"UC{number}", niche=NICHES[0]) for number in range(3)]
    for number, channel in enumerate(channels):
        for video in range(3):
            add_video(connection, channel, f"video-{number}-{video}")

    @settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(st.one_of(answers, answers, moves), min_size=1, max_size=8))
    def check(steps: list[tuple[str, int, int, dict[int, int]]]) -> None:
        connection.execute(f"TRUNCATE {', '.join(f'ytempire.{table}' for table in TABLES)}")
        connection.execute("UPDATE ytempire.channels SET niche = %s", [NICHES[0]])
        for start in range(0, len(steps), steps_at_once):
            touched = set()
            for number, (kind, who, what, views) in enumerate(steps[start : start + steps_at_once], start=start):
                channel = channels[who]
                if kind == "move":
                    connection.execute(
                        "UPDATE ytempire.channels SET niche = %s WHERE channel_id = %s", [NICHES[what], channel]
                    )
                    continue
                day = FIRST + timedelta(days=what)
                named = {f"video-{who}-{video}": count for video, count in views.items()}
                stage_slice(connection, f"b{number}", channel, day, named)
                load_batch([connection], f"b{number}", f"b{number}")
                touched.add((channel, day))
            recompute(connection, {channel for channel, _ in touched}, {day for _, day in touched})
        assert_equal_to_full(connection)

    check()
