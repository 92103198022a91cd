"""Sums of days and weeks by video, channel and niche, computed anew for the buckets that a load touched.

The Apache edition of TimescaleDB has no continuous aggregates; these tables are
what would become of them, and always equal a full recomputation. Videos' days come from the facts, their weeks
from their days, channels from videos and niches from channels. A week begins on Monday and is named by it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from psycopg import sql

from ytempire.clock import pacific_day_start
from ytempire.database.connection import Connection, load_sql, without_nested_loops

_LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('rollup/' || %s || '/' || %s::date, 0))"


@dataclass(frozen=True)
class RollupSummary:
    """How many days and weeks were computed anew, and how many of their buckets changed by it."""

    days: int
    weeks: int
    video_buckets: int
    channel_buckets: int
    niche_buckets: int


@dataclass
class _Changes:
    videos: int = 0
    channels: int = 0
    niches: int = 0


@dataclass(frozen=True)
class _Period:
    """``day`` with the tables …_daily, or ``week`` with …_weekly."""

    bucket: str
    suffix: str

    def statement(self, name: str) -> sql.Composed:
        """The statement of a file, with this period's tables and column."""
        tables = {part: sql.Identifier("ytempire", f"{part[:-1]}_metrics_{self.suffix}") for part in _PARTS}
        return sql.SQL(load_sql(__package__, name)).format(bucket=sql.Identifier(self.bucket), **tables)


_PARTS = ("videos", "channels", "niches")
_DAY = _Period("day", "daily")
_WEEK = _Period("week", "weekly")


def week_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def recompute(connection: Connection, channel_ids: Iterable[UUID], days: Iterable[date]) -> RollupSummary:
    """Compute the buckets of ``channel_ids`` on ``days`` (Pacific), and of the weeks they lie in, anew.

    One transaction a bucket, under a lock of it: whoever comes last has seen
    every load that was committed before it. Buckets without rows are removed, equal ones not written. A channel
    that changed its niche since is moved to it in all its buckets. A channel's day on which the two paths of the
    analytics differ keeps what was published of it.
    """
    channels = sorted(set(channel_ids))
    pacific_days = sorted(set(days))
    weeks = sorted({week_of(day) for day in pacific_days})
    changes = _Changes()
    for period in (_DAY, _WEEK):
        _follow_niches(connection, period, changes)
        for bucket in pacific_days if period is _DAY else weeks:
            _compute(connection, period, bucket, channels, changes)
    return RollupSummary(len(pacific_days), len(weeks), changes.videos, changes.channels, changes.niches)


def _compute(
    connection: Connection, period: _Period, bucket: date, channel_ids: Sequence[UUID], changes: _Changes
) -> None:
    values: dict[str, Any] = {"bucket": bucket, "channel_ids": channel_ids, "time": pacific_day_start(bucket)}
    with connection.transaction(), without_nested_loops(connection):
        connection.execute(_LOCK, [period.bucket, bucket])
        if period is _DAY:
            published = connection.execute(load_sql(__package__, "rollup_published"), values).fetchall()
            values["channel_ids"] = [row["channel_id"] for row in published]
        touched = connection.execute(period.statement("rollup_touched_niches"), values).fetchall()
        values["niches"] = [row["niche"] for row in touched]
        changes.videos += _changed(connection, period, f"rollup_videos_{period.suffix}", values)
        changes.channels += _changed(connection, period, "rollup_channels", values)
        changes.niches += _changed(connection, period, "rollup_niches", values)
        if period is _DAY:
            connection.execute(load_sql(__package__, "rollup_revenue"), values)


def _follow_niches(connection: Connection, period: _Period, changes: _Changes) -> None:
    for moved in connection.execute(period.statement("rollup_moved")).fetchall():
        values: dict[str, Any] = {"bucket": moved["bucket"]}
        with connection.transaction():
            connection.execute(_LOCK, [period.bucket, moved["bucket"]])
            touched = connection.execute(period.statement("rollup_move"), values).fetchall()
            values["niches"] = [row["niche"] for row in touched]
            changes.niches += _changed(connection, period, "rollup_niches", values)


def _changed(connection: Connection, period: _Period, name: str, values: dict[str, Any]) -> int:
    row = connection.execute(period.statement(name), values).fetchone()
    assert row is not None  # noqa: S101 - an aggregate always answers one row
    return int(row["changed"])
