"""What is looked at besides charts: channels of the watch lists in turn, and young videos that were told of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from etl.trends.sources import FeedStory, Found, Marks, Telling
from ytempire.database.connection import Connection, load_sql


@dataclass(frozen=True)
class WatchedChannel:
    """A channel of a watch list; ``uploads_playlist_id`` is None until YouTube has told it."""

    youtube_channel_id: str
    uploads_playlist_id: str | None


def channels_in_turn(connection: Connection, youtube_channel_ids: Sequence[str], now: datetime) -> list[WatchedChannel]:
    """Return the channels, those that waited longest first; one that does not exist comes once a day."""
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ytempire.trend_watched_channels (youtube_channel_id) SELECT unnest(%s::text[])"
            " ON CONFLICT DO NOTHING",
            [sorted(youtube_channel_ids)],
        )
        rows = cursor.execute(load_sql(__package__, "rota"), {"ids": list(youtube_channel_ids), "now": now})
        return [WatchedChannel(**row) for row in rows]


def note_looks(connection: Connection, looked: dict[str, str | None], at: datetime) -> None:
    """Note that channels were looked at; each with the reason why that failed, or None."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE ytempire.trend_watched_channels SET looked_at = %s, failure = %s WHERE youtube_channel_id = %s",
            [(at, failure, channel) for channel, failure in sorted(looked.items())],
        )


def note_playlists(connection: Connection, playlists: dict[str, str]) -> None:
    """Keep the uploads playlists of channels, so that they are asked for once."""
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE ytempire.trend_watched_channels SET uploads_playlist_id = %s WHERE youtube_channel_id = %s",
            [(playlist, channel) for channel, playlist in sorted(playlists.items())],
        )


def follow(connection: Connection, found: Sequence[Found], now: datetime, days: int) -> None:
    """Follow what channels and feeds told of, as long as it is young; forget what no longer is."""
    young = now - timedelta(days=days)
    rows = {(one.youtube_video_id, one.source): one for one in found if one.published_at > young}
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM ytempire.trend_follows WHERE published_at <= %s", [young])
        cursor.executemany(
            "INSERT INTO ytempire.trend_follows (youtube_video_id, source, told_by, published_at)"
            " VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
            [(*key, rows[key].told_by, rows[key].published_at) for key in sorted(rows)],
        )


def videos_in_turn(
    connection: Connection, youtube_channel_ids: Sequence[str], now: datetime, *, days: int, most: int
) -> dict[str, list[Telling]]:
    """Return young videos with the sources that told of them, those observed longest ago first."""
    rows = connection.execute(
        load_sql(__package__, "follows"),
        {"now": now, "days": days, "channels": list(youtube_channel_ids), "most": most},
    )
    return {row["youtube_video_id"]: row["sources"] for row in rows}


def note_observations(connection: Connection, youtube_video_ids: Sequence[str], at: datetime) -> None:
    """Note that videos were asked for, also those that do not exist any more."""
    connection.execute(
        "UPDATE ytempire.trend_follows SET observed_at = %s WHERE youtube_video_id = ANY(%s)",
        [at, sorted(youtube_video_ids)],
    )


def feed_marks(connection: Connection) -> dict[str, Marks]:
    """Return what the server of each feed said at the last look."""
    rows = connection.execute("SELECT address, etag, last_modified FROM ytempire.trend_feeds")
    return {row["address"]: Marks(row["etag"], row["last_modified"]) for row in rows}


def keep_feed(
    connection: Connection, address: str, stories: Sequence[FeedStory], marks: Marks | None, read_at: datetime
) -> None:
    """Keep the stories of a feed together with the marks that stand for having read them."""
    rows = [vars(story) | {"seen_at": read_at} for story in sorted(stories, key=lambda one: one.entry_id)]
    with connection.transaction(), connection.cursor() as cursor:
        cursor.executemany(load_sql(__package__, "story_upsert"), rows)
        if marks is not None:
            cursor.execute(
                "INSERT INTO ytempire.trend_feeds (address, etag, last_modified, read_at) VALUES (%s, %s, %s, %s)"
                " ON CONFLICT (address) DO UPDATE SET etag = excluded.etag,"
                " last_modified = excluded.last_modified, read_at = excluded.read_at",
                [address, marks.etag, marks.last_modified, read_at],
            )
