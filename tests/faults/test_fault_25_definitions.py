"""Fault 25: a metric changes its definition. Versioned by the day; no growth is computed across the boundary."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from etl_rows import add_channel, add_video
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from etl.analytics.extract import FetchedDay, write_batch
from etl.analytics.reports import ReadRow
from etl.warehouse.load import load_batch
from etl.warehouse.rollups import recompute, week_of
from ytempire.clock import system_clock
from ytempire.database.connection import Connection
from ytempire.settings import AnalyticsSettings

CHANGED = date(2026, 8, 27)
EMPTIED = ("channels", "staging_video_metrics", "niche_metrics_daily", "niche_metrics_weekly")


def load(connection: Connection, views: dict[date, int], engaged: dict[date, int]) -> None:
    """Load days of one channel's one video through staging."""
    channel = add_channel(connection, "UCa")
    video = add_video(connection, channel, "video-a")
    fetched = [
        FetchedDay(day, {"video-a": video}, [ReadRow("video-a", {
            "views": count, "engaged_views": engaged[day], "likes": 0, "comments": 0, "shares": 0,
            "watch_time_minutes": 0.0, "retention_rate": None, "revenue_cents": None,
        })])
        for day, count in views.items()
    ]  # fmt: skip
    write_batch(connection, AnalyticsSettings().definition_of, "batch", channel, fetched, system_clock())
    connection.execute("UPDATE ytempire.staging_slices SET validated_at = clock_timestamp()")
    load_batch([connection], "batch", "batch")
    recompute(connection, [channel], views)


@pytest.mark.parametrize(
    ("day", "definition"),
    [
        (date(2024, 1, 1), "2005-04-23"),
        (date(2025, 3, 30), "2005-04-23"),
        (date(2025, 3, 31), "2025-03-31"),
        (date(2026, 8, 26), "2025-03-31"),
        (date(2026, 8, 27), "2026-08-27"),
        (date(2027, 1, 1), "2026-08-27"),
    ],
)
def test_a_day_has_the_definition_that_held_on_it(day: date, definition: str) -> None:
    assert AnalyticsSettings().definition_of(day) == definition


def test_days_on_both_sides_keep_their_own_definition(connection: Connection) -> None:
    days = [CHANGED - timedelta(days=1), CHANGED]
    load(connection, dict.fromkeys(days, 10), dict.fromkeys(days, 8))
    rows = connection.execute(
        "SELECT day, metric_definition, views, engaged_views FROM ytempire.video_metrics ORDER BY 1"
    )
    assert [(row["day"], row["metric_definition"], row["views"], row["engaged_views"]) for row in rows] == [
        (days[0], "2025-03-31", 10, 8), (days[1], "2026-08-27", 10, 8),
    ]  # fmt: skip
    weeks = connection.execute(
        "SELECT first_definition, last_definition FROM ytempire.channel_metrics_weekly"
    ).fetchall()
    assert weeks == [{"first_definition": "2025-03-31", "last_definition": "2026-08-27"}]


def test_growth_stops_at_the_boundary_and_goes_on_after_it(connection: Connection) -> None:
    monday = week_of(CHANGED)

    @settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(st.integers(-21, 27), st.integers(1, 1_000), min_size=1, max_size=8))
    def check(counts: dict[int, int]) -> None:
        connection.execute(f"TRUNCATE {', '.join(f'ytempire.{table}' for table in EMPTIED)} CASCADE")
        views = {monday + timedelta(days=offset): count for offset, count in counts.items()}
        load(connection, views, {day: count // 2 for day, count in views.items()})
        weeks: dict[date, list[date]] = {}
        for day in views:
            weeks.setdefault(week_of(day), []).append(day)
        for part in ("channel", "niche"):
            found = connection.execute(f"SELECT * FROM ytempire.{part}_growth_weekly").fetchall()
            assert {row["week"] for row in found} == set(weeks)
            for row in found:
                assert_growth(row, views, weeks)

    check()


def assert_growth(row: dict[str, Any], views: dict[date, int], weeks: dict[date, list[date]]) -> None:
    """Hold a week's growth against the counts of the days."""
    week, before = row["week"], row["week"] - timedelta(days=7)
    across = {day >= CHANGED for day in weeks[week] + weeks.get(before, [])} == {True, False}
    if before not in weeks or across:
        assert row["views_growth"] is None
    else:
        ratio = sum(views[day] for day in weeks[week]) / sum(views[day] for day in weeks[before]) - 1
        assert float(row["views_growth"]) == pytest.approx(ratio, abs=1e-4)
    # engagedViews has kept its meaning.
    known = before in weeks and sum(views[day] // 2 for day in weeks[before]) > 0
    assert (row["engaged_views_growth"] is not None) == known
