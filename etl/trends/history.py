"""Charts of the past, from a folder of Parquet files into ``trend_snapshots`` and ``trend_videos``.

A new installation has watched nothing yet; with a history it can learn at once.
The folder has the shape of a daily crawl of ``videos.list(chart=mostPopular)``:
``snapshots.parquet`` (country, rank, video_id, fetched_at, views, likes,
comments) and ``videos.parquet`` (what the videos are called).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from etl.warehouse.copying import csv_of
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import InvalidInput

log = logging.getLogger(__name__)

SNAPSHOT_COLUMNS = ("country", "rank", "video_id", "fetched_at", "views", "likes", "comments")
VIDEO_COLUMNS = (
    "video_id",
    "channel_id",
    "title",
    "channel_title",
    "category_id",
    "tags",
    "published_at",
    "duration_seconds",
    "default_language",
    "audio_language",
)
# Whole days are committed together; a retry goes on behind them.
_DAYS_A_TRANSACTION = 7
_LOCK = 0x68697374


@dataclass(frozen=True)
class HistorySummary:
    """What an import did. A (country, day) that was already there is not touched."""

    first_day: date
    last_day: date
    rows_loaded: int
    rows_present: int
    rows_malformed: int
    videos: int
    seconds: float


def import_history(
    connection: Connection,
    folder: Path,
    *,
    last_days: int,
    shift_weeks: int = 0,
    until: datetime | None = None,
    regions: Collection[str] | None = None,
) -> HistorySummary:
    """Copy the last ``last_days`` days of the history in ``folder`` into the database.

    ``shift_weeks`` moves every moment (also of publication) by whole weeks;
    rows later than ``until`` (after the shift) are left out, and ``last_days``
    counts back from there. ``regions`` limits the countries. Hidden likes and
    comments are 0 in the source and become NULL. Safe to repeat.

    Raises InvalidInput naming the file or column that is wrong.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if last_days < 1:
        raise InvalidInput("last_days", f"is {last_days}", "Give at least one day.")
    started = time.monotonic()
    shift = timedelta(weeks=shift_weeks)
    snapshots = _read(folder, "snapshots.parquet", SNAPSHOT_COLUMNS)
    if regions is not None:
        country = snapshots["country"].cast(pa.string())
        snapshots = snapshots.filter(pc.is_in(country, value_set=pa.array(sorted(regions), pa.string())))
    snapshots = _chosen_days(snapshots, last_days, until - shift if until else None)
    sound = pc.and_(pc.greater_equal(snapshots["rank"], 1), pc.greater_equal(snapshots["views"], 0))
    kept = snapshots.filter(sound)
    malformed = snapshots.num_rows - kept.num_rows
    kept = _with_day(_shifted(kept, "fetched_at", shift))
    first, last = pc.min_max(kept["day"]).as_py().values()
    with connection.transaction():
        videos = _load_videos(connection, folder, kept, shift)
    loaded = 0
    day = first
    while day <= last:
        end = day + timedelta(days=_DAYS_A_TRANSACTION)
        inside = kept.filter(pc.and_(pc.greater_equal(kept["day"], day), pc.less(kept["day"], end)))
        with connection.transaction():
            loaded += _load_snapshots(connection, inside)
        log.info("history: %d of %d rows up to %s", loaded, kept.num_rows, min(end - timedelta(days=1), last))
        day = end
    return HistorySummary(first, last, loaded, kept.num_rows - loaded, malformed, videos, time.monotonic() - started)


def _read(folder: Path, name: str, columns: tuple[str, ...], **options: Any) -> Any:
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder / name
    try:
        present = pq.read_schema(path).names
        missing = [column for column in columns if column not in present]
        if missing:
            raise InvalidInput(f"{name}.{missing[0]}", f"the column is not in {path}", "Give a complete history.")
        return pq.read_table(path, columns=list(columns), **options)
    except (OSError, pa.ArrowInvalid) as error:
        raise InvalidInput(
            f"trend_history/{name}", f"{path} cannot be read as Parquet", "Name a folder with a history."
        ) from error


def _chosen_days(snapshots: Any, last_days: int, until: datetime | None) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    if until is not None:
        moment = pa.scalar(until, type=snapshots["fetched_at"].type)
        snapshots = snapshots.filter(pc.less_equal(snapshots["fetched_at"], moment))
    if snapshots.num_rows == 0:
        raise InvalidInput("snapshots.parquet", "holds no row of the wanted days", "Give a longer history.")
    last = pc.max(snapshots["fetched_at"]).as_py().date()
    first = datetime(last.year, last.month, last.day, tzinfo=UTC) - timedelta(days=last_days - 1)
    return snapshots.filter(pc.greater_equal(snapshots["fetched_at"], pa.scalar(first, type=pa.timestamp("us", "UTC"))))


def _shifted(table: Any, column: str, shift: timedelta) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    moments = table[column].cast(pa.timestamp("us", "UTC"))
    moved = pc.add(moments, pa.scalar(shift, type=pa.duration("us")))
    return table.set_column(table.schema.get_field_index(column), column, moved)


def _with_day(table: Any) -> Any:
    import pyarrow as pa

    return table.append_column("day", table["fetched_at"].cast(pa.timestamp("us")).cast(pa.date32()))


def _load_snapshots(connection: Connection, rows: Any) -> int:
    """Copy the rows whose (country, day) is not there yet; return how many."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if rows.num_rows == 0:
        return 0
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (_LOCK,))
    first, last = pc.min_max(rows["day"]).as_py().values()
    present = connection.execute(
        "SELECT DISTINCT region_code || (fetched_at AT TIME ZONE 'UTC')::date AS chart"
        " FROM ytempire.trend_snapshots"
        " WHERE source = 'chart' AND fetched_at >= %s AND fetched_at < %s",
        (first, last + timedelta(days=1)),
    ).fetchall()
    country = rows["country"].cast(pa.string())
    chart = pc.binary_join_element_wise(country, rows["day"].cast(pa.string()), "")
    known = pa.array([row["chart"] for row in present], type=pa.string())
    wanted = pc.invert(pc.is_in(chart, value_set=known))
    table = pa.table(
        {
            "fetched_at": rows["fetched_at"],
            "source": pa.array(["chart"] * rows.num_rows),
            "region_code": country,
            "youtube_video_id": rows["video_id"].cast(pa.string()),
            "rank": rows["rank"],
            "views": rows["views"],
            "likes": _null_where_zero(rows["likes"]),
            "comments": _null_where_zero(rows["comments"]),
        }
    ).filter(wanted)
    _copy(connection, "ytempire.trend_snapshots", table)
    return int(table.num_rows)


def _null_where_zero(column: Any) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(pc.greater(column, 0), column, pa.scalar(None, type=column.type))


def _load_videos(connection: Connection, folder: Path, snapshots: Any, shift: timedelta) -> int:
    """Copy the videos that the snapshots speak of and that are not known; return how many were added."""
    import pyarrow as pa
    import pyarrow.compute as pc

    seen = (
        pa.table({"video_id": snapshots["video_id"].cast(pa.string()), "at": snapshots["fetched_at"]})
        .group_by("video_id")
        .aggregate([("at", "max")])
    )
    rows = _read(folder, "videos.parquet", VIDEO_COLUMNS, filters=pc.field("video_id").isin(seen["video_id"]))
    rows = _shifted(rows, "published_at", shift)
    last_seen = seen["at_max"].take(pc.index_in(rows["video_id"], value_set=seen["video_id"]))
    language = pc.coalesce(rows["audio_language"], rows["default_language"])
    table = pa.table(
        {
            "youtube_video_id": rows["video_id"],
            "youtube_channel_id": rows["channel_id"],
            "title": _clean(rows["title"]),
            "channel_title": _clean(rows["channel_title"]),
            "category_id": rows["category_id"],
            "tags": [_array_literal(tags) for tags in rows["tags"].to_pylist()],
            "published_at": rows["published_at"],
            "duration_seconds": rows["duration_seconds"],
            "language": pc.utf8_slice_codeunits(language, 0, 20),
            "refreshed_at": last_seen,
        }
    )
    connection.execute(
        "CREATE TEMPORARY TABLE history_videos (LIKE ytempire.trend_videos INCLUDING DEFAULTS) ON COMMIT DROP"
    )
    _copy(connection, "history_videos", table)
    return connection.execute(load_sql("etl.trends", "history_videos")).rowcount


def _clean(column: Any) -> Any:
    """Return the strings without NUL characters, which PostgreSQL cannot hold."""
    import pyarrow.compute as pc

    return pc.replace_substring(column, "\x00", "")


def _array_literal(values: list[str] | None) -> str:
    quoted = (
        '"' + value.replace("\x00", "").replace("\\", "\\\\").replace('"', '\\"') + '"'
        for value in values or []
        if value is not None
    )
    return "{" + ",".join(quoted) + "}"


def _copy(connection: Connection, target: str, table: Any) -> None:
    """Copy an Arrow table into ``target``."""
    columns = ", ".join(table.column_names)
    try:
        with connection.cursor().copy(f"COPY {target} ({columns}) FROM STDIN (FORMAT csv)") as copy:
            copy.write(csv_of(table))
    except psycopg.errors.UniqueViolation as error:
        raise InvalidInput("snapshots.parquet", "lists a video twice in one chart", "Give each row once.") from error
