"""The world outside the sandbox's own channels, and the figures that its audience gives ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sandbox.core import World
from sandbox.videos import PublishedVideo

_REGIONS = ("DE", "GB", "US")


@dataclass(frozen=True)
class VideoFact:
    """What is publicly known about somebody else's video at one moment."""

    video_id: str
    title: str
    description: str
    channel_id: str
    channel_title: str
    category_id: int
    tags: tuple[str, ...]
    published_at: datetime
    duration_seconds: int
    default_language: str | None
    audio_language: str | None
    views: int
    likes: int | None
    comments: int | None


@dataclass(frozen=True)
class ChannelFact:
    """What is publicly known about somebody else's channel at one moment."""

    channel_id: str
    title: str
    country: str | None
    published_at: datetime
    subscribers: int
    views: int
    videos: int


@dataclass(frozen=True)
class Counts:
    """The public figures of a video."""

    views: int
    likes: int | None
    comments: int | None


def regions(world: World) -> frozenset[str]:
    """The regions that have a chart."""
    return frozenset(_REGIONS)


def chart(world: World, region: str, limit: int = 200) -> list[VideoFact]:
    """The chart of a region at present, rank 1 first."""
    now = world.now()
    return [_fact(_REGIONS.index(region) * 1000 + rank, now) for rank in range(1, 51)][:limit]


def outside_video(world: World, video_id: str) -> VideoFact | None:
    """Somebody else's video."""
    return next((f for region in _REGIONS for f in chart(world, region) if f.video_id == video_id), None)


def outside_channel(world: World, channel_id: str) -> ChannelFact | None:
    """Somebody else's channel."""
    theirs = outside_uploads(world, channel_id)
    if not theirs:
        return None
    first = theirs[-1]
    views = sum(fact.views for fact in theirs)
    return ChannelFact(channel_id, first.channel_title, None, first.published_at, views, views, len(theirs))


def outside_uploads(world: World, channel_id: str) -> list[VideoFact]:
    """The uploads of somebody else's channel, newest first."""
    found = [fact for region in _REGIONS for fact in chart(world, region) if fact.channel_id == channel_id]
    return sorted(found, key=lambda fact: fact.published_at, reverse=True)


def counts(world: World, video: PublishedVideo) -> Counts:
    """What a video of the sandbox has earned until now."""
    return Counts(0, 0, 0)


def _fact(number: int, now: datetime) -> VideoFact:
    category = (10, 20, 24)[number % 3]
    return VideoFact(
        video_id=f"chart{number:06d}",
        title=f"Charting song number {number}",
        description="",
        channel_id=f"UCoutside{number % 7:015d}",
        channel_title=f"Outside {number % 7}",
        category_id=category,
        tags=("chart",),
        published_at=now.replace(microsecond=0, second=0, minute=0) - timedelta(days=number % 9, hours=5),
        duration_seconds=60 + number % 300,
        default_language="en",
        audio_language="en",
        views=10_000 * (number % 50 + 1),
        likes=100 * (number % 50 + 1),
        comments=None if number % 10 == 0 else number,
    )
