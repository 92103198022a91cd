"""Rows that the ETL tests start from: channels, their videos, and staged batches."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID

from ytempire.channels.models import ChannelSpec
from ytempire.channels.store import create_channel
from ytempire.database.connection import Connection

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def add_channel(connection: Connection, youtube_channel_id: str, **values: object) -> UUID:
    spec = {
        "youtube_channel_id": youtube_channel_id,
        "name": f"Channel {youtube_channel_id}",
        "niche": "music",
        "credentials_id": f"youtube_{youtube_channel_id}",
        "category_ids": [10],
        "region_codes": ["US"],
    }
    return create_channel(connection, ChannelSpec.of({**spec, **values}))


def add_video(
    connection: Connection, channel_id: UUID, youtube_video_id: str, published_at: datetime = LONG_AGO
) -> UUID:
    row = connection.execute(
        "INSERT INTO ytempire.videos (channel_id, youtube_video_id, title, status, published_at)"
        " VALUES (%s, %s, %s, 'published', %s) RETURNING video_id",
        [channel_id, youtube_video_id, f"Video {youtube_video_id}", published_at],
    ).fetchone()
    assert row is not None
    return row["video_id"]


def stage_slice(
    connection: Connection,
    batch_id: str,
    channel_id: UUID,
    day: date,
    views: Mapping[str, int],
    *,
    validated: bool = True,
    revenue_cents: float | None = 10,
) -> None:
    """Stage a day of a channel: each YouTube id with its views; the other metrics follow from them."""
    with connection.transaction():
        before = connection.execute(
            "SELECT coalesce(sum(row_count), 0) AS n FROM ytempire.staging_slices"
            " WHERE batch_id = %s AND channel_id = %s",
            [batch_id, channel_id],
        ).fetchone()["n"]
        slice_id = connection.execute(
            "INSERT INTO ytempire.staging_slices (batch_id, channel_id, report, day, metric_definition, row_count,"
            " fetched_at, validated_at) VALUES (%s, %s, 'video_daily', %s, '2026-08-27', %s, clock_timestamp(), %s)"
            " RETURNING slice_id",
            [batch_id, channel_id, day, len(views), datetime.now(UTC) if validated else None],
        ).fetchone()["slice_id"]
        for number, (youtube_video_id, count) in enumerate(views.items(), start=before + 1):
            connection.execute(
                """
                INSERT INTO ytempire.staging_video_metrics
                VALUES (%(slice)s, %(number)s, %(id)s,
                    (SELECT video_id FROM ytempire.videos
                     WHERE youtube_video_id = %(id)s AND channel_id = %(channel)s),
                    %(views)s, %(views)s, %(views)s / 10, %(views)s / 100, 1, %(views)s * 1.5, 0.5, %(revenue)s)
                """,
                {
                    "slice": slice_id,
                    "channel": channel_id,
                    "number": number,
                    "id": youtube_video_id,
                    "views": count,
                    "revenue": revenue_cents,
                },
            )
