"""Fault 13, days of figures: through daylight saving, leap days and clocks an hour off, none is missing or doubled."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pendulum
import pytest
from etl_rows import add_channel, add_video, stage_slice

from etl.analytics.run import days_of_run
from etl.warehouse.load import load_batch
from etl.warehouse.rollups import recompute
from ytempire.clock import PACIFIC, pacific_day
from ytempire.database.connection import Connection

SPRING, AUTUMN, LEAP = date(2026, 3, 8), date(2026, 11, 1), date(2028, 2, 29)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize("middle", [SPRING, AUTUMN, LEAP])
def test_each_day_stands_once_at_its_own_midnight_however_often_it_is_loaded(
    connection: Connection, middle: date
) -> None:
    channel = add_channel(connection, "UCa")
    add_video(connection, channel, "video-a")
    days = [middle + timedelta(days=number) for number in range(-3, 4)]
    # Each night loads its day and the look-back days again, as the nightly run does.
    for night, day in enumerate(days):
        batch = f"night-{night}"
        for one in days_of_run(day, 3):
            stage_slice(connection, batch, channel, one, {"video-a": one.toordinal() % 100})
        load_batch([connection], batch, batch)
        recompute(connection, [channel], days_of_run(day, 3))
    rows = connection.execute("SELECT time, day, views FROM ytempire.video_metrics ORDER BY time").fetchall()
    expected = [days[0] - timedelta(days=back) for back in (3, 2, 1)] + days
    assert [row["day"] for row in rows] == expected
    for row in rows:
        midnight = row["time"].astimezone(PACIFIC)
        assert (midnight.date(), midnight.hour, midnight.minute) == (row["day"], 0, 0)
        assert row["views"] == row["day"].toordinal() % 100
    lengths = {later["time"] - earlier["time"] for earlier, later in pairwise(rows)}
    odd = {SPRING: 23 * HOUR, AUTUMN: 25 * HOUR}.get(middle)
    assert lengths == {24 * HOUR} | ({odd} if odd else set())
    sums = connection.execute("SELECT day, views FROM ytempire.channel_metrics_daily ORDER BY day").fetchall()
    assert [(row["day"], row["views"]) for row in sums] == [(row["day"], row["views"]) for row in rows]
    weeks = connection.execute("SELECT sum(days) AS days FROM ytempire.video_metrics_weekly").fetchone()
    assert weeks == {"days": len(expected)}


@pytest.mark.parametrize("year", [2026, 2028])
def test_the_nightly_runs_of_a_year_load_each_pacific_day_once(year: int) -> None:
    from airflow.serialization.encoders import coerce_to_core_timetable
    from airflow.timetables.base import TimeRestriction

    from dags.analytics_etl import analytics_etl

    timetable = coerce_to_core_timetable(analytics_etl().timetable)
    begin, end = (datetime(y, 1, 1, tzinfo=PACIFIC).astimezone(UTC) for y in (year, year + 1))
    restriction = TimeRestriction(earliest=pendulum.instance(begin), latest=None, catchup=True)
    days, interval = [], None
    while True:
        info = timetable.next_dagrun_info(last_automated_data_interval=interval, restriction=restriction)
        interval = info.data_interval
        if interval.start >= end:
            break
        assert info.run_after == interval.end
        days += days_of_run(pacific_day(interval.start), 0)
    count = (date(year + 1, 1, 1) - date(year, 1, 1)).days
    assert days == [date(year, 1, 1) + timedelta(days=number) for number in range(count)]


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_an_hour_off_moves_no_figure_to_another_day(connection: Connection, hours: int) -> None:
    """The day is the report's and is never told from a clock; the newer answer is told by the database's own."""
    channel = add_channel(connection, "UCa")
    add_video(connection, channel, "video-a")
    for number, views in enumerate((10, 11)):
        stage_slice(connection, f"run-{number}", channel, AUTUMN, {"video-a": views})
    connection.execute(
        "UPDATE ytempire.staging_slices SET validated_at = validated_at + %s * INTERVAL '1 hour'", [hours]
    )
    for number in (1, 0):
        load_batch([connection], f"run-{number}", f"run-{number}")
    rows = connection.execute("SELECT day, views FROM ytempire.video_metrics").fetchall()
    assert rows == [{"day": AUTUMN, "views": 11}]
