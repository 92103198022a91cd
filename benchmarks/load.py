"""A million metric rows from the service's answer into the warehouse, against raw COPY and upserts row by row.

Ours is staging by COPY, the suite of Great Expectations over what is staged, then every (channel, day) slice made equal
to it, with its ledger row and hash: of an empty table, of the same rows again, and of rows of which a tenth was
restated. What it costs to start Great Expectations is paid once a process and told by itself. Raw COPY into the same
hypertable is the limit: no staging, no suite, no replacing, no ledger; of the same Python rows, and of text made ready
beforehand. Run: python benchmarks/load.py [channels, 100; 10,000 rows each]
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
from ytempire.database.parallel import several_connections
from ytempire.settings import get_settings

CHANNELS = int(sys.argv[1]) if len(sys.argv) > 1 else 100
VIDEOS = 1_000
DAYS = 10
ROWS = CHANNELS * VIDEOS * DAYS
ROW_BY_ROW = 20_000
LIMITS = ("raw COPY", "raw COPY of ready text", "upserts row by row", "upserts row by row, committed")
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
    """Adds up the seconds of each part that is measured; what is made ready in between does not count."""

    def __init__(self) -> None:
        self.parts: dict[str, float] = {}

    @property
    def seconds(self) -> float:
        """All of it."""
        return sum(self.parts.values())

    @contextmanager
    def running(self, part: str = "") -> Iterator[None]:
        """Count the time of the body."""
        started = time.perf_counter()
        yield
        self.parts[part] = self.parts.get(part, 0.0) + time.perf_counter() - started


def ours(
    url: str, connection: Connection, channels: dict[UUID, dict[str, UUID]], watch: Stopwatch, *, restated: bool = False
) -> None:
    """Stage, validate and load as the nightly run does."""
    batch = f"scheduled__2026-10-11T07:00:00+00:00 {secrets.token_hex(4)}"
    for channel, known in channels.items():
        days = answer(known, restated)
        with watch.running("stage"):
            write_batch(connection, lambda _: DEFINITION, batch, channel, days, datetime.now(UTC))
    with watch.running("validate"):
        checked = validate_batch(url, batch, get_settings().analytics.suites)
    with watch.running("load"), several_connections(url, get_settings().analytics.workers) as connections:
        summary = load_batch(connections, batch, "bench")
    if (checked.rows, checked.quarantined, summary.rows) != (ROWS, 0, ROWS):
        raise SystemExit(f"{checked.rows} of {ROWS} rows passed, {summary.rows} were loaded: {checked.reasons}")
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


def rate(connection: Connection, name: str, rows: int, work: Callable[[Stopwatch], None], *, empty: bool) -> Stopwatch:
    """Time one load, into an empty table or over what is there."""
    if empty:
        connection.execute(
            "TRUNCATE ytempire.video_metrics, ytempire.analytics_slices, ytempire.staging_slices,"
            " ytempire.staging_video_metrics"
        )
    watch = Stopwatch()
    work(watch)
    parts = ", ".join(f"{part} {seconds:.1f} s" for part, seconds in watch.parts.items() if part)
    print(f"{name:32} {rows / watch.seconds:10,.0f} rows/s  {parts}", flush=True)
    return watch


def one_round(url: str, connection: Connection, channels: dict[UUID, dict[str, UUID]]) -> dict[str, float]:
    """Every way once: rows a second of each, and of ours also without the suite."""
    limits: dict[str, tuple[int, Callable[[Stopwatch], None]]] = {
        "raw COPY": (ROWS, lambda watch: raw_copy(connection, channels, watch)),
        "raw COPY of ready text": (ROWS, lambda watch: raw_copy_of_text(connection, channels, watch)),
        "upserts row by row": (ROW_BY_ROW, lambda watch: row_by_row(connection, channels, watch, at_once=True)),
        "upserts row by row, committed": (
            ROW_BY_ROW, lambda watch: row_by_row(connection, channels, watch, at_once=False),
        ),
    }  # fmt: skip
    loads = {"first load": False, "identical reload": False, "a tenth restated": True}
    rates = {
        name: rows / rate(connection, name, rows, work, empty=True).seconds for name, (rows, work) in limits.items()
    }
    for name, restated in loads.items():
        watch = rate(
            connection,
            f"ours, {name}",
            ROWS,
            lambda watch, restated=restated: ours(url, connection, channels, watch, restated=restated),
            empty=name == "first load",
        )
        rates[name] = ROWS / watch.seconds
        rates[f"{name}, not validated"] = ROWS / (watch.seconds - watch.parts["validate"])
    return rates


def start_of_validation(url: str, connection: Connection, channels: dict[UUID, dict[str, UUID]]) -> float:
    """Seconds that the first validation of a process takes, of a hundred rows."""
    channel, known = next(iter(channels.items()))
    few = dict(list(known.items())[:10])
    write_batch(connection, lambda _: DEFINITION, "start", channel, answer(few), datetime.now(UTC))
    watch = Stopwatch()
    with watch.running():
        validate_batch(url, "start", get_settings().analytics.suites)
    print(f"first validation of a process    {watch.seconds:10.1f} s", flush=True)
    return watch.seconds


def figures(middle: dict[str, float], name: str) -> dict[str, Any]:
    """Rows a second of one of our loads, and its share of each limit."""
    return {"ours": round(middle[name]), "ratio": {limit: round(middle[name] / middle[limit], 2) for limit in LIMITS}}


def main() -> None:
    """Measure in turns, so that a busy machine is unfair to all alike."""
    with scratch_database() as url, connect(url) as connection:
        channels = make_channels(connection)
        start = start_of_validation(url, connection, channels)
        rounds = [one_round(url, connection, channels) for _ in range(ROUNDS)]
    middle = {name: median(one[name] for one in rounds) for name in rounds[0]}
    loads = {name: figures(middle, name) for name in middle if name not in LIMITS}
    for name, load in loads.items():
        print(f"{name}: " + ", ".join(f"{ratio:.2f} × {limit}" for limit, ratio in load["ratio"].items()), flush=True)
    print(
        json.dumps(
            {
                "name": "load",
                "rows": ROWS,
                "unit": "rows/s",
                "against": {limit: round(middle[limit]) for limit in LIMITS},
                **loads["first load"],
                "loads": loads,
                "validation_start_seconds": round(start, 1),
            }
        )
    )


if __name__ == "__main__":
    main()
