"""The audience of this sandbox's own channels: the model of sandbox/audience.py over the kept videos."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, field
from datetime import date, datetime
from weakref import WeakKeyDictionary

from sandbox import appeal, channels, flat
from sandbox.audience import Audience, PublishedVideo, Statistics
from sandbox.core import World
from sandbox.looks import looks_of
from sandbox.replay import replay_of

_ABROAD = ("US", 0.4)  # what charts there warms a subject everywhere, by this much


@dataclass
class _Viewers:
    audience: Audience
    subscribers: dict[tuple[str, datetime], int] = field(default_factory=dict)


_viewers: WeakKeyDictionary[World, _Viewers] = WeakKeyDictionary()


def _viewers_of(world: World) -> _Viewers:
    found = _viewers.get(world)
    if found is None:

        def charting(country: str, at: datetime) -> dict[str, float]:
            replay = replay_of(world)
            words = appeal.chart_words(replay.chart_titles(country, at))
            region, share = _ABROAD
            for word, weight in appeal.chart_words(replay.chart_titles(region, at)).items():
                words[word] = max(words.get(word, 0.0), weight * share)
            return words

        found = _viewers[world] = _Viewers(Audience(world.seed, charting))
    return found


def published_videos(world: World, channel_id: str) -> list[PublishedVideo]:
    """The channel's videos that are or were public, in order of publishing."""
    channel = channels.find_channel(world, channel_id)
    if channel is None:
        return []
    invented = world.row("SELECT * FROM flat_channels WHERE channel_id = ?", channel_id)
    if invented is not None:
        return flat.published(channel_id, invented["videos"], invented["since"])
    found: list[PublishedVideo] = []
    rows = world.rows("SELECT * FROM videos WHERE channel_id = ?", channel_id)
    dated = [(published, row) for row in rows if (published := _published_at(world, row["id"])) is not None]
    for published, row in sorted(dated, key=lambda pair: (pair[0], pair[1]["id"])):
        found.append(_published(world, row, channel, published, found))
    return found


def _published_at(world: World, video_id: str) -> datetime | None:
    return next((look.since for look in looks_of(world, video_id) if look.public), None)


def _published(
    world: World, row: sqlite3.Row, channel: sqlite3.Row, published: datetime, earlier: list[PublishedVideo]
) -> PublishedVideo:
    viewers = _viewers_of(world)
    key = (row["id"], published)
    if key not in viewers.subscribers:
        viewers.subscribers[key] = _grown(viewers.audience, channel["subscribers"], earlier, published)
    duration = row["duration_seconds"] or 0.0
    return PublishedVideo(
        youtube_video_id=row["id"],
        youtube_channel_id=channel["id"],
        published_at=published,
        duration_seconds=duration,
        looks=looks_of(world, row["id"]),
        country=channel["country"],
        subscribers=viewers.subscribers[key],
        width=row["width"],
        height=row["height"],
        bitrate_kbps=row["bytes"] * 8 / 1000 / duration if duration else 0.0,
    )


def _grown(audience: Audience, base: int, videos: list[PublishedVideo], at: datetime) -> int:
    return base + max(0, int(sum(audience.subscribers_won(video, at) for video in videos)))


def subscribers(world: World, channel_id: str) -> int:
    """Subscribers of a channel of the sandbox at present: those it began with and those its videos won."""
    channel = channels.find_channel(world, channel_id)
    base = 0 if channel is None else int(channel["subscribers"])
    if world.row("SELECT 1 FROM flat_channels WHERE channel_id = ?", channel_id) is not None:
        return base
    return _grown(_viewers_of(world).audience, base, published_videos(world, channel_id), world.now())


def statistics(world: World, channel_id: str, video_id: str) -> Statistics | None:
    """All that a video has earned until now; None where it was never public."""
    for video in published_videos(world, channel_id):
        if video.youtube_video_id == video_id:
            return _viewers_of(world).audience.statistics(video, world.now())
    return None


def daily(world: World, video: PublishedVideo, pacific_day: date) -> Statistics:
    """What a video earned on a Pacific day."""
    if not video.looks:
        return flat.daily(video, pacific_day)
    return _viewers_of(world).audience.daily(video, pacific_day, world.now())
