"""Live figures are whole while their video is young, and one an hour afterwards: the last one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from etl_rows import add_channel, add_video

from etl.warehouse.fingerprint import table_hash
from etl.warehouse.retention.report import dry_run
from etl.warehouse.retention.thin import crowded_days, thin
from ytempire.database.connection import Connection
from ytempire.settings import RetentionSettings, Settings

NOW = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
SETTINGS = RetentionSettings()


@pytest.fixture
def videos(connection: Connection) -> list[UUID]:
    channel = add_channel(connection, "UCa")
    return [add_video(connection, channel, f"video-{name}") for name in "ab"]


def look(connection: Connection, video: UUID, first: datetime, last: datetime, minutes: int = 1) -> None:
    connection.execute(
        "INSERT INTO ytempire.video_metrics (time, video_id, source, day, views, likes, comments, shares)"
        " SELECT moment, %(video)s, 'live', moment::date, extract(epoch FROM moment)::bigint / 60, 1, 1, NULL"
        " FROM generate_series(%(first)s::timestamptz, %(last)s, %(step)s) AS moment",
        {"video": video, "first": first, "last": last, "step": timedelta(minutes=minutes)},
    )


def moments(connection: Connection, video: UUID) -> list[datetime]:
    rows = connection.execute("SELECT time FROM ytempire.video_metrics WHERE video_id = %s ORDER BY time", [video])
    return [row["time"] for row in rows]


def test_one_an_hour_stays_of_the_old_and_all_of_the_young(connection: Connection, videos: list[UUID]) -> None:
    old, edge = NOW - timedelta(days=4), NOW - timedelta(hours=48)
    look(connection, videos[0], old.replace(hour=22, minute=5), old.replace(hour=22, minute=5) + timedelta(hours=3))
    look(connection, videos[1], edge - timedelta(hours=2), NOW)
    young = [moment for moment in moments(connection, videos[1]) if moment >= edge.replace(minute=0)]
    lines = [line for line in dry_run(connection, Settings(), NOW) if line.action == "thin rows"]

    gone = thin(connection, SETTINGS, run_id="run", now=NOW)

    # Of 22:05 to 01:05 the last of each hour, over midnight.
    ends = [old.replace(hour=22, minute=59), old.replace(hour=23, minute=59)]
    ends += [ends[1] + timedelta(hours=1), ends[1] + timedelta(hours=1, minutes=6)]
    assert moments(connection, videos[0]) == ends
    assert moments(connection, videos[1])[-len(young) :] == young
    assert moments(connection, videos[1])[0] == edge.replace(minute=59) - timedelta(hours=2)
    assert gone == sum(line.count for line in lines) and lines[0].subject == f"video_metrics live {old:%Y-%m-%d}"
    book = connection.execute("SELECT planned_count, done_count FROM ytempire.deletions ORDER BY 1").fetchall()
    assert [row["planned_count"] for row in book] == [row["done_count"] for row in book] and len(book) == 3
    assert thin(connection, SETTINGS, run_id="again", now=NOW) == 0


def test_nights_in_between_change_nothing(connection: Connection, videos: list[UUID]) -> None:
    first = NOW - timedelta(days=4)
    for video in videos:
        look(connection, video, first, NOW - timedelta(days=2), minutes=7)
    before = connection.execute("SELECT * FROM ytempire.video_metrics").fetchall()
    for hours in (0, 5, 29, 48):
        thin(connection, SETTINGS, run_id="night", now=NOW - timedelta(hours=48 - hours))
    often = table_hash(connection, "video_metrics")
    connection.execute("DELETE FROM ytempire.video_metrics")
    connection.execute("DELETE FROM ytempire.deletions")
    with connection.cursor() as cursor:
        names = ", ".join(before[0])
        values = ", ".join(f"%({name})s" for name in before[0])
        cursor.executemany(f"INSERT INTO ytempire.video_metrics ({names}) VALUES ({values})", before)
    thin(connection, SETTINGS, run_id="once", now=NOW)
    assert table_hash(connection, "video_metrics") == often


def test_daily_figures_are_never_thinned(connection: Connection, videos: list[UUID]) -> None:
    connection.execute(
        "INSERT INTO ytempire.video_metrics (time, video_id, source, day, views)"
        " SELECT %s::timestamptz + n * INTERVAL '1 minute', %s, 'analytics', '2026-11-01', 1"
        " FROM generate_series(0, 5) AS n",
        [NOW - timedelta(days=20), videos[0]],
    )
    assert crowded_days(connection, SETTINGS, NOW) == []
    assert thin(connection, SETTINGS, run_id="run", now=NOW) == 0
    assert len(moments(connection, videos[0])) == 6
