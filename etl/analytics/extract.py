"""A channel's days from YouTube Analytics into staging, a batch at a time.

First step of the nightly ETL. Everything is fetched before anything is written;
then what the batch held of the channel is replaced in one transaction, so that
a retry leaves what one run would have left.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from etl.analytics.crew import ClientOf
from etl.analytics.reports import COLUMNS, DIMENSION, METRICS, REVENUE, ReadRow, UnreadableRow, read_report
from etl.warehouse.copying import Column, copy_columns
from etl.warehouse.load import VIDEO_DAILY
from ytempire.database.connection import Connection, load_sql
from ytempire.errors import InvalidInput, RequestRefused
from ytempire.settings import AnalyticsSettings, Settings
from ytempire.youtube.client import YouTubeClient

# The batch is shared with those who stage other channels of it; validation has it alone.
_LOCK = (
    "SELECT pg_advisory_xact_lock_shared(hashtextextended('staging/' || %(batch_id)s, 0)),"
    " pg_advisory_xact_lock(hashtextextended('staging/' || %(batch_id)s || '/' || %(channel_id)s, 0))"
)
_NOW = "SELECT clock_timestamp() AS now"
_CHANNEL = "SELECT youtube_channel_id FROM ytempire.channels WHERE channel_id = %s"


@dataclass(frozen=True)
class ChannelStage:
    """What was staged of one channel. ``revenue`` is False where we may not see it."""

    channel_id: UUID
    days: tuple[date, ...]
    rows: int
    quarantined: int
    revenue: bool


@dataclass(frozen=True)
class FetchedDay:
    """A Pacific day as it was answered, and the videos that the channel had by its end."""

    day: date
    video_ids: dict[str, UUID]
    rows: list[ReadRow | UnreadableRow]


def stage_days(
    connection: Connection,
    client_of: ClientOf,
    settings: Settings,
    channel_id: UUID,
    days: Iterable[date],
    batch_id: str,
) -> ChannelStage:
    """Fetch Pacific ``days`` of a channel and stage them under ``batch_id``, replacing what was there of it.

    Revenue that we may not see (403) stays NULL. Rows that cannot be read go to
    quarantine at once. Raises InvalidInput for an unknown channel,
    ValidationFailed for a report without its columns, and what the client raises.
    """
    channel = connection.execute(_CHANNEL, [channel_id]).fetchone()
    if channel is None:
        raise InvalidInput("channel_id", f"there is no channel {channel_id}", "Create the channel first.")
    # Taken before the first request: of two fetches, the one that began later is the newer.
    fetched_at = _now(connection)
    with client_of(connection, channel_id) as client:
        reader = _Reader(client, channel["youtube_channel_id"], settings.analytics)
        fetched = []
        for day in sorted(set(days)):
            videos = own_videos(connection, channel_id, day)
            fetched.append(FetchedDay(day, videos, list(reader.rows(day, list(videos)))))
    rows, quarantined = write_batch(
        connection, settings.analytics.definition_of, batch_id, channel_id, fetched, fetched_at
    )
    return ChannelStage(channel_id, tuple(one.day for one in fetched), rows, quarantined, reader.revenue)


class _Reader:
    """Asks for one day at a time, page by page, and remembers that revenue was refused."""

    def __init__(self, client: YouTubeClient, youtube_channel_id: str, settings: AnalyticsSettings) -> None:
        self.revenue = True
        self._client = client
        self._channel = youtube_channel_id
        self._settings = settings

    def rows(self, day: date, youtube_video_ids: Sequence[str]) -> Iterator[ReadRow | UnreadableRow]:
        """Yield the rows of a day; without videos nothing is asked."""
        size = self._settings.videos_per_query
        for start in range(0, len(youtube_video_ids), size):
            yield from self._pages(day, youtube_video_ids[start : start + size])

    def _pages(self, day: date, youtube_video_ids: Sequence[str]) -> Iterator[ReadRow | UnreadableRow]:
        filters = "video==" + ",".join(youtube_video_ids)
        page_rows = self._settings.page_rows
        # No more pages than videos can fill, also when the service repeats itself.
        for index in range(1, len(youtube_video_ids) + 1, page_rows):
            page = self._page(day, filters, index)
            yield from page
            if len(page) < page_rows:
                return

    def _page(self, day: date, filters: str, index: int) -> list[ReadRow | UnreadableRow]:
        try:
            return self._ask(day, filters, index)
        except RequestRefused as error:
            if error.status != 403 or not self.revenue:
                raise
        # Monetary metrics need a scope of their own: without it their absence is not "nothing earned".
        self.revenue = False
        try:
            return self._ask(day, filters, index)
        except RequestRefused:
            self.revenue = True
            raise

    def _ask(self, day: date, filters: str, index: int) -> list[ReadRow | UnreadableRow]:
        metrics = (*METRICS, REVENUE) if self.revenue else METRICS
        table = self._client.analytics_report(
            youtube_channel_id=self._channel,
            start_day=day,
            end_day=day,
            metrics=[metric.api_name for metric in metrics],
            dimensions=[DIMENSION],
            filters=filters,
            sort="-views",
            max_results=self._settings.page_rows,
            start_index=index,
        )
        return read_report(table.columns, table.rows, metrics)


def _now(connection: Connection) -> datetime:
    row = connection.execute(_NOW).fetchone()
    assert row is not None  # noqa: S101 - a SELECT without FROM always answers one row
    now: datetime = row["now"]
    return now


def own_videos(connection: Connection, channel_id: UUID, day: date) -> dict[str, UUID]:
    """Return what a channel had published by the end of a Pacific day: our ids by YouTube's."""
    rows = connection.execute(load_sql(__package__, "own_videos"), {"channel_id": channel_id, "day": day}).fetchall()
    return {row["youtube_video_id"]: row["video_id"] for row in rows}


def write_batch(
    connection: Connection,
    definition_of: Callable[[date], str],
    batch_id: str,
    channel_id: UUID,
    fetched: Sequence[FetchedDay],
    fetched_at: datetime,
) -> tuple[int, int]:
    """Replace a channel's part of a batch in one transaction; return the staged and the quarantined rows."""
    key: dict[str, Any] = {
        "batch_id": batch_id, "channel_id": channel_id, "report": VIDEO_DAILY, "fetched_at": fetched_at,
    }  # fmt: skip
    slices: list[dict[str, Any]] = []
    bad: list[dict[str, Any]] = []
    rows = _Rows()
    numbers = count(1)
    for one in fetched:
        ours = {name: str(video_id) for name, video_id in one.video_ids.items()}
        bad_before = len(bad)
        for row, number in zip(one.rows, numbers, strict=False):
            if isinstance(row, ReadRow):
                rows.add(len(slices), number, ours.get(row.youtube_video_id), row)
            else:
                payload = Jsonb({"day": one.day.isoformat(), **row.payload})
                bad.append({**key, "row_number": number, "payload": payload, "reason": row.reason})
        counts = {"row_count": len(one.rows), "quarantined_count": len(bad) - bad_before}
        slices.append({**key, "day": one.day, "metric_definition": definition_of(one.day), **counts})
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(_LOCK, key)
        cursor.execute(load_sql(__package__, "stage_clear"), key)
        if bad:
            cursor.executemany(load_sql(__package__, "quarantine_insert"), bad)
        cursor.executemany(load_sql(__package__, "stage_slice"), slices, returning=True)
        slice_ids = [row["slice_id"] for row in _results(cursor)] if slices else []
        copy_columns(cursor, load_sql(__package__, "stage_copy").rstrip().rstrip(";"), rows.columns(slice_ids))
    return len(rows.numbers), len(bad)


@dataclass(frozen=True)
class _Rows:
    """The good rows of a channel's days, as columns."""

    slices: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    video_ids: list[str | None] = field(default_factory=list)
    values: list[dict[str, float | None]] = field(default_factory=list)

    def add(self, place: int, number: int, video_id: str | None, row: ReadRow) -> None:
        """Add a row of the slice at ``place`` among those of the batch."""
        self.slices.append(place)
        self.numbers.append(number)
        self.names.append(row.youtube_video_id)
        self.video_ids.append(video_id)
        self.values.append(row.values)

    def columns(self, slice_ids: Sequence[int]) -> list[Column]:
        """Return them in the order of the COPY."""
        metrics: list[Column] = [(float, [one.get(name) for one in self.values]) for name in COLUMNS]
        return [
            (int, [slice_ids[place] for place in self.slices]),
            (int, self.numbers),
            (str, self.names),
            (str, self.video_ids),
            *metrics,
        ]


def _results(cursor: psycopg.Cursor[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the one row of each statement of an executemany."""
    more: bool | None = True
    while more:
        yield from cursor
        more = cursor.nextset()
