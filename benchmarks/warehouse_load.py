"""Rows a second from the service's answer into the warehouse, against a raw COPY and against executemany.

Ours is staging by COPY, then every (channel, day) slice replaced in a transaction of its own with its
ledger row and hash. A raw COPY into the same hypertable is the limit: no staging, no replacing, no ledger.
Great Expectations is left out: its cost is a fixed one, not one a row. Run: python benchmarks/warehouse_load.py
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.scratch.database import scratch_database
from etl.analytics.extract import FetchedDay, write_batch
from etl.analytics.reports import ReadRow
from etl.warehouse.load import load_batch
from ytempire.clock import pacific_day_start
from ytempire.database.connection import Connection, connect

CHANNELS = 20
VIDEOS = 250
DAYS = 10
ROUNDS = 5
FIRST = date(2026, 10, 1)
DEFINITION = "2026-08-27"
COLUMNS = (
    "time", "video_id", "source", "day", "views", "engaged_views", "likes", "comments", "shares",
    "watch_time_minutes", "retention_rate", "revenue_cents", "metric_definition",
)  # fmt: skip


@dataclass(frozen=True)
class Data:
    """What all three load: for each channel its fetched days, and the same as rows of the table."""

    channels: dict[UUID, list[FetchedDay]]
    rows: list[tuple[Any, ...]]


def make_data(connection: Connection) -> Data:
    """Create the channels and videos, and what the service would answer for them."""
    channels: dict[UUID, list[FetchedDay]] = {}
    rows: list[tuple[Any, ...]] = []
    for number in range(CHANNELS):
        channel = connection.execute(
            "INSERT INTO ytempire.channels (youtube_channel_id, channel_name, niche)"
            " VALUES (%s, %s, 'music') RETURNING channel_id",
            [f"UC{number}", f"Channel {number}"],
        ).fetchone()["channel_id"]
        videos = connection.execute(
            "INSERT INTO ytempire.videos (channel_id, youtube_video_id, title)"
            " SELECT %s, format('video-%%s-%%s', %s::int, n), 'Video' FROM generate_series(1, %s) AS n"
            " RETURNING youtube_video_id, video_id",
            [channel, number, VIDEOS],
        ).fetchall()
        known = {row["youtube_video_id"]: row["video_id"] for row in videos}
        channels[channel] = [make_day(FIRST + timedelta(days=n), known) for n in range(DAYS)]
        rows += [row for day in channels[channel] for row in table_rows(day)]
    return Data(channels, rows)


def make_day(day: date, known: dict[str, UUID]) -> FetchedDay:
    """A day on which every video has the same figures."""
    values = (1000.0, 900.0, 30.0, 4.0, 2.0, 512.5, 0.4125, 123.4)
    names = (
        "views", "engaged_views", "likes", "comments", "shares", "watch_time_minutes", "retention_rate",
        "revenue_cents",
    )  # fmt: skip
    return FetchedDay(day, known, [ReadRow(name, dict(zip(names, values, strict=True))) for name in known])


def table_rows(day: FetchedDay) -> Iterator[tuple[Any, ...]]:
    """The same day as rows of the warehouse."""
    start = pacific_day_start(day.day)
    for video_id in day.video_ids.values():
        numbers = (1000, 900, 30, 4, 2, 512.5, 0.4125, 123)
        yield (start, video_id, "analytics", day.day, *numbers, DEFINITION)


def ours(connection: Connection, data: Data) -> None:
    """Stage and load as the nightly run does."""
    for channel, days in data.channels.items():
        write_batch(connection, DEFINITION, "bench", channel, days, datetime.now(UTC))
    connection.execute("UPDATE ytempire.staging_slices SET validated_at = clock_timestamp()")
    load_batch(connection, "bench", "bench")


def raw_copy(connection: Connection, data: Data) -> None:
    """The limit: one COPY into the hypertable."""
    statement = f"COPY ytempire.video_metrics ({', '.join(COLUMNS)}) FROM STDIN"
    with connection.transaction(), connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in data.rows:
            copy.write_row(row)


def executemany(connection: Connection, data: Data) -> None:
    """What a program does that knows of neither."""
    marks = ", ".join(["%s"] * len(COLUMNS))
    statement = f"INSERT INTO ytempire.video_metrics ({', '.join(COLUMNS)}) VALUES ({marks})"
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(statement, data.rows)


def measure(connection: Connection, load: Callable[[Connection, Data], None], data: Data) -> float:
    """Rows a second of one load into the empty table."""
    connection.execute(
        "TRUNCATE ytempire.video_metrics, ytempire.analytics_slices, ytempire.staging_slices,"
        " ytempire.staging_video_metrics"
    )
    started = time.perf_counter()
    load(connection, data)
    seconds = time.perf_counter() - started
    loaded = connection.execute("SELECT count(*) AS n FROM ytempire.video_metrics").fetchone()["n"]
    if loaded != len(data.rows):
        raise SystemExit(f"{load.__name__} loaded {loaded} of {len(data.rows)} rows")
    return len(data.rows) / seconds


def main() -> None:
    """Measure in turns, so that a busy machine is unfair to all alike."""
    with scratch_database() as url, connect(url) as connection:
        data = make_data(connection)
        figures: dict[str, list[float]] = {load.__name__: [] for load in (ours, raw_copy, executemany)}
        for round_number in range(ROUNDS):
            for load in (ours, raw_copy, executemany):
                figures[load.__name__].append(measure(connection, load, data))
                rate = figures[load.__name__][-1]
                print(f"round {round_number + 1}: {load.__name__:12} {rate:10,.0f} rows/s", flush=True)
    middle = {name: median(values) for name, values in figures.items()}
    against = {
        "raw COPY (limit)": round(middle["raw_copy"]),
        "psycopg executemany": round(middle["executemany"]),
    }
    print(
        json.dumps(
            {
                "name": "warehouse_load",
                "ours": round(middle["ours"]),
                "unit": "rows/s",
                "against": against,
                "ratio": {name: round(middle["ours"] / value, 2) for name, value in against.items()},
            }
        )
    )


if __name__ == "__main__":
    main()
