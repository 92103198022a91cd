"""The world outside the sandbox's own channels, and the figures that its audience gives ours."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sandbox import history, viewers
from sandbox.core import World
from sandbox.replay import replay_of
from sandbox.videos import PublishedVideo


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
    return frozenset(replay_of(world).regions())


def chart(world: World, region: str, limit: int = 200) -> list[VideoFact]:
    """The chart of a region at present, rank 1 first."""
    return [_fact(fact) for fact in replay_of(world).chart(region, world.now(), limit)]


def outside_video(world: World, video_id: str) -> VideoFact | None:
    """Somebody else's video."""
    fact = replay_of(world).video(video_id, world.now())
    return None if fact is None else _fact(fact)


def outside_channel(world: World, channel_id: str) -> ChannelFact | None:
    """Somebody else's channel."""
    fact = replay_of(world).channel(channel_id, world.now())
    if fact is None:
        return None
    return ChannelFact(
        fact.youtube_channel_id,
        fact.title,
        None,
        fact.published_at,
        fact.subscribers,
        fact.views,
        fact.videos,
    )


def outside_uploads(world: World, channel_id: str) -> list[VideoFact]:
    """The uploads of somebody else's channel, newest first."""
    return [_fact(fact) for fact in replay_of(world).uploads(channel_id, world.now())]


def counts(world: World, video: PublishedVideo) -> Counts:
    """What a video of the sandbox has earned until now."""
    earned = viewers.statistics(world, video.channel_id, video.id)
    return Counts(0, 0, 0) if earned is None else Counts(earned.views, earned.likes, earned.comments)


def subscribers(world: World, channel_id: str) -> int:
    """The subscribers of a channel of the sandbox at present."""
    return viewers.subscribers(world, channel_id)


def _fact(fact: history.VideoFact) -> VideoFact:
    # The history keeps no descriptions; its tags are the text that came with the video.
    return VideoFact(
        video_id=fact.youtube_video_id,
        title=fact.title,
        description=", ".join(fact.tags),
        channel_id=fact.youtube_channel_id,
        channel_title=fact.channel_title,
        category_id=fact.category_id,
        tags=fact.tags,
        published_at=fact.published_at,
        duration_seconds=fact.duration_seconds,
        default_language=fact.default_language,
        audio_language=fact.audio_language,
        views=fact.views,
        likes=fact.likes,
        comments=fact.comments,
    )
