"""The stories of the last days: one that goes on stays one topic, one that a job took is not offered again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import numpy as np

from etl.trends.embeddings import ENCODER
from etl.trends.same_story import Telling, most_alike
from etl.trends.stories import Story
from ytempire.database.connection import Connection, load_sql


@dataclass(frozen=True, eq=False)
class Remembered:
    """A topic. ``telling`` is None where it is older than that, or where its video has been forgotten."""

    niche: str
    story_key: str
    taken: bool
    videos: frozenset[str]
    telling: Telling | None
    channels: frozenset[UUID]


@dataclass(frozen=True)
class Keyed:
    """A story under the key of its topic, and the channels of the network that have covered it."""

    story_key: str
    story: Story
    channels: frozenset[UUID]


def remember(connection: Connection, now: datetime, days: int) -> list[Remembered]:
    """Return the topics that were ranked in the last ``days``, and all that a job took; by niche, the newest first."""
    rows = connection.execute(load_sql(__package__, "remembered"), {"now": now, "days": days, "encoder": ENCODER})
    return [
        Remembered(
            row["niche"],
            row["story_key"],
            row["status"] == "taken",
            frozenset([row["story_key"], *row["youtube_video_ids"]]),
            Telling.of(row["title"], np.frombuffer(row["embedding"], dtype="<f4")) if row["embedding"] else None,
            frozenset(row["channels"]),
        )
        for row in rows
    ]


def keyed(niche: str, stories: Sequence[Story], remembered: Sequence[Remembered], *, similarity: float) -> list[Keyed]:
    """Give each story the key of the topic that it has been, or of its leading video; leave out what a job has taken.

    A topic is recognised by a common video, else by its title. Of two stories that were one topic the better stands.
    """
    topics = [one for one in remembered if one.niche == niche]
    recognised = [_by_video(story, topics) for story in stories]
    spoken_for = {topic.story_key for topic in recognised if topic}
    free = [topic for topic in topics if topic.taken or topic.story_key not in spoken_for]
    result: dict[str, Keyed] = {}
    for story, by_video in zip(stories, recognised, strict=True):
        topic = by_video or _by_title(story, free, similarity)
        key = topic.story_key if topic else story.lead.video.youtube_video_id
        if key not in result and not (topic and topic.taken):
            result[key] = Keyed(key, story, _covering(story, remembered, similarity))
    return list(result.values())


def _by_video(story: Story, topics: Sequence[Remembered]) -> Remembered | None:
    """The topic that shares a video with a story: a taken one before others, then the newest."""
    common = [one for one in topics if one.videos & set(story.videos)]
    return max(common, key=lambda one: one.taken, default=None)


def _by_title(story: Story, topics: Sequence[Remembered], similarity: float) -> Remembered | None:
    known = [(one, one.telling) for one in topics if one.telling is not None]
    place = most_alike(story.telling, [telling for _, telling in known], similarity)
    return None if place is None else known[place][0]


def _covering(story: Story, remembered: Sequence[Remembered], similarity: float) -> frozenset[UUID]:
    """The channels with a job about this story, in whatever niche."""
    covered = [one for one in remembered if one.channels]
    same = [
        one
        for one in covered
        if one.videos & set(story.videos)
        or (one.telling is not None and most_alike(story.telling, [one.telling], similarity) is not None)
    ]
    return frozenset(channel for one in same for channel in one.channels)
