"""Channels of many videos whose figures cost nothing to invent: for measuring who reads them, not for learning.

A day of a video is a hash of both: seeded by nothing else, never restated beyond what `restatement` does.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from zlib import crc32

from sandbox.audience import PublishedVideo, Statistics

TABLES = """
CREATE TABLE IF NOT EXISTS flat_channels (channel_id TEXT PRIMARY KEY, videos INTEGER NOT NULL, since TEXT NOT NULL);
"""


def video_ids(channel_id: str, videos: int) -> list[str]:
    """The ids of a flat channel's videos."""
    return [f"{crc32(channel_id.encode()):08x}_{number:04d}" for number in range(videos)]


@lru_cache(maxsize=2048)
def published(channel_id: str, videos: int, since: str) -> list[PublishedVideo]:
    """A flat channel's videos. Without looks: that is how they are known."""
    at = datetime.fromisoformat(since).astimezone(UTC)
    return [PublishedVideo(name, channel_id, at, 60.0, ()) for name in video_ids(channel_id, videos)]


def daily(video: PublishedVideo, day: date) -> Statistics:
    """The figures of a day."""
    views = crc32(f"{video.youtube_video_id}{day}".encode()) % 5_000
    return Statistics(
        views=views,
        engaged_views=views * 4 // 5,
        likes=views // 25,
        comments=views // 400,
        shares=views // 150,
        watch_minutes=views * 3 // 5,
        impressions=views * 20,
        subscribers_gained=views // 200,
        subscribers_lost=views // 900,
        revenue_micros=views * 3_000,
        ctr=0.0425 if views else None,
        average_view_seconds=36.0 if views else None,
        average_view_percentage=60.0 if views else None,
    )
