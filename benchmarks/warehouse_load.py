"""A million metric rows from the service's answer into the warehouse, against raw COPY and upserts row by row.

Ours is staging by COPY, then every (channel, day) slice made equal to what is staged, with its ledger row and hash:
of an empty table, of the same rows again, and of rows of which a tenth was restated. Raw COPY into the same hypertable
is the limit: no staging, no replacing, no ledger; of the same Python rows, and of text made ready beforehand. Great
Expectations is timed by itself: it reads, and its cost is mostly a fixed one. Run: python benchmarks/warehouse_load.py
"""

from __future__ import annotations

import json
import secrets
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.scratch.database import scratch_database
from etl.analytics.extract import FetchedDay, write_batch
from etl.analytics.reports import ReadRow
from etl.analytics.validate import validate_batch
from etl.warehouse.load import load_batch
from ytempire.clock import pacific_day_start
from ytempire.database.connection import Connection, connect
from ytempire.settings import get_settings

CHANNELS = 100
VIDEOS = 1_000
DAYS = 10
ROWS = CHANNELS * VIDEOS * DAYS
ROW_BY_ROW = 20_000
ROUNDS = 3
FIRST = date(2026, 10, 1)
DEFINITION = "2026-08-27"
COLUMNS = (
    "time", "video_id", "source", "day", "views", "engaged_views", "likes", "comments", "shares",
    "watch_time_minutes", "retention_rate", "revenue_cents", "metric_definition",
)  # fmt: skip
COPY = f"COPY ytempire.video_metrics ({', '.join(COLUMNS)}) FROM STDIN"


def make_channels(connection: Connection) -> dict[UUID, dict[str, UUID]]:
    """Create the channels and their videos; return each channel's videos by their YouTube ids."""
    channels: dict[UUID, dict[str, UUID]] = {}
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
        channels[channel] = {row["youtube_video_id"]: row["video_id"] for row in videos}
    return channels


def numbers(video: int, day: int, restated: bool) -> tuple[float, ...]:
    """The figures of a video's day; with ``restated`` those of every tenth video are others."""
    views = 1000 + 7 * video + day + (100 if restated and video % 10 == 0 else 0)
    return (views, views - 100, 30 + video % 50, 4, 2, 512.5 + video, 0.4125, 123 + day)


def answer(known: dict[str, UUID], restated: bool = False) -> list[FetchedDay]:
    """A channel's days as they are fetched."""
    names = (
        "views", "engaged_views", "likes", "comments", "shares", "watch_time_minutes", "retention_rate",
        "revenue_cents",
    )  # fmt: skip
    return [
        FetchedDay(
            FIRST + timedelta(days=day),
            known,
            [
                ReadRow(name, dict(zip(names, numbers(video, day, restated), strict=True)))
                for video, name in enumerate(known)
            ],
        )
        for day in range(DAYS)
    ]


def table_rows(known: dict[str, UUID]) -> list[tuple[Any, ...]]:
    """The same days as rows of the warehouse."""
    return [
        (pacific_day_start(day), video_id, "analytics", day, *numbers(video, number, False), DEFINITION)
        for number in range(DAYS)
        for day in [FIRST + timedelta(days=number)]
        for video, video_id in enumerate(known.values())
    ]


class Stopwatch:
    """Adds up the seconds of what is measured; what is made ready in between does not count."""

    def __init__(self) -> None:
        self.seconds = 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        """Count the time of the body."""
        started = time.perf_counter()
        yield
        self.seconds += time.perf_counter() - started


def ours(connection: Connection, channels: dict[UUID, dict[str, UUID]], watch: Stopwatch, restated: bool) -> None:
    """Stage and load as the nightly run does."""
    batch = secrets.token_hex(4)
    for channel, known in channels.items():
        days = answer(known, restated)
        with watch.running():
            write_batch(connection, DEFINITION, batch, channel, days, datetime.now(UTC))
    connection.execute("UPDATE ytempire.staging_slices SET validated_at = clock_timestamp()")
    with watch.running():
        summary = load_batch(connection, batch, "bench")
    if summary.rows != ROWS:
        raise SystemExit(f"{summary.rows} of {ROWS} rows were loaded")
    connection.execute("TRUNCATE ytempire.staging_slices, ytempire.staging_video_metrics")


def raw_copy(connection: Connection, channels: dict[UUID, dict[str, UUID]], watch: Stopwatch) -> None:
    """The limit: COPY into the hypertable, of the same Python values."""
    for known in channels.values():
        rows = table_rows(known)
        with watch.running(), connection.transaction(), connection.cursor() as cursor, cursor.copy(COPY) as copy:
            for row in rows:
                copy.write_row(row)


def raw_copy_of_text(connection: Connection, channels: dict[UUID, dict[str, UUID]], watch: Stopwatch) -> None:
    """The same of text that was made ready beforehand: what the server alone can do."""
    for known in channels.values():
        text = "".join("\t".join(map(str, row)) + "\n" for row in table_rows(known)).encode()
        with watch.running(), connection.transaction(), connection.cursor() as cursor, cursor.copy(COPY) as copy:
            copy.write(text)


def row_by_row(
    connection: Connection, channels: dict[UUID, dict[str, UUID]], watch: Stopwatch, *, at_once: bool
) -> None:
    """What a connector does that upserts each row as it comes, all in one transaction or each in its own."""
    rows = [row for known in list(channels.values())[: ROW_BY_ROW // (VIDEOS * DAYS)] for row in table_rows(known)]
    marks = ", ".join(["%s"] * len(COLUMNS))
    changes = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[4:])
    statement = (
        f"INSERT INTO ytempire.video_metrics ({', '.join(COLUMNS)}) VALUES ({marks})"
        f" ON CONFLICT (video_id, source, time) DO UPDATE SET {changes}"
    )
    with watch.running(), connection.transaction() if at_once else nullcontext():
        for row in rows:
            connection.execute(statement, row)


def rate(connection: Connection, name: str, rows: int, work: Callable[[Stopwatch], None], *, empty: bool) -> float:
    """Rows a second of one load, into an empty table or over what is there."""
    if empty:
        connection.execute(
            "TRUNCATE ytempire.video_metrics, ytempire.analytics_slices, ytempire.staging_slices,"
            " ytempire.staging_video_metrics"
        )
    watch = Stopwatch()
    work(watch)
    print(f"{name:32} {rows / watch.seconds:10,.0f} rows/s", flush=True)
    return rows / watch.seconds


def one_round(connection: Connection, channels: dict[UUID, dict[str, UUID]]) -> dict[str, float]:
    """Every way once."""
    return {
        "raw COPY": rate(connection, "raw COPY", ROWS, lambda w: raw_copy(connection, channels, w), empty=True),
        "raw COPY of ready text": rate(
            connection, "raw COPY of ready text", ROWS, lambda w: raw_copy_of_text(connection, channels, w), empty=True
        ),
        "upserts row by row": rate(
            connection,
            "upserts row by row",
            ROW_BY_ROW,
            lambda w: row_by_row(connection, channels, w, at_once=True),
            empty=True,
        ),
        "upserts row by row, committed": rate(
            connection,
            "upserts row by row, committed",
            ROW_BY_ROW,
            lambda w: row_by_row(connection, channels, w, at_once=False),
            empty=True,
        ),
        "first load": rate(
            connection, "ours, first load", ROWS, lambda w: ours(connection, channels, w, False), empty=True
        ),
        "identical reload": rate(
            connection, "ours, identical reload", ROWS, lambda w: ours(connection, channels, w, False), empty=False
        ),
        "a tenth restated": rate(
            connection, "ours, a tenth restated", ROWS, lambda w: ours(connection, channels, w, True), empty=False
        ),
    }


def validation_seconds(url: str, connection: Connection, channels: dict[UUID, dict[str, UUID]]) -> float:
    """Seconds for all expectations over the million staged rows, Great Expectations' own start included."""
    for channel, known in channels.items():
        write_batch(connection, DEFINITION, "validated", channel, answer(known), datetime.now(UTC))
    started = time.perf_counter()
    summary = validate_batch(url, "validated", get_settings().analytics.suites)
    seconds = time.perf_counter() - started
    if (summary.rows, summary.quarantined) != (ROWS, 0):
        raise SystemExit(f"{summary.rows} of {ROWS} rows passed: {summary.reasons}")
    print(f"validation of {ROWS:,} rows: {seconds:.1f} s", flush=True)
    return seconds


def main() -> None:
    """Measure in turns, so that a busy machine is unfair to all alike."""
    with scratch_database() as url, connect(url) as connection:
        channels = make_channels(connection)
        rounds = [one_round(connection, channels) for _ in range(ROUNDS)]
        validation = validation_seconds(url, connection, channels)
    middle = {name: median(one[name] for one in rounds) for name in rounds[0]}
    limits = ("raw COPY", "raw COPY of ready text", "upserts row by row", "upserts row by row, committed")
    for name in ("first load", "identical reload", "a tenth restated"):
        shares = ", ".join(f"{middle[name] / middle[limit]:.2f} × {limit}" for limit in limits)
        print(f"{name}: {shares}", flush=True)
    print(
        json.dumps(
            {
                "name": "warehouse_load",
                "ours": round(middle["first load"]),
                "unit": "rows/s",
                "against": {name: round(middle[name]) for name in limits},
                "ratio": {name: round(middle["first load"] / middle[name], 2) for name in limits},
                "identical_reload": round(middle["identical reload"]),
                "tenth_restated": round(middle["a tenth restated"]),
                "validation_seconds": round(validation, 1),
            }
        )
    )


if __name__ == "__main__":
    main()
