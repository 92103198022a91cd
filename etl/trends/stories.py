"""Candidates into stories: what several videos, sources and countries tell is one topic.

The best candidate leads; another joins the leader that it is most like. Only
leaders are compared with, so that a story does not drift from video to video.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from etl.trends.ranking import Candidate, Scored
from etl.trends.same_story import Telling, Vector, most_alike


@dataclass(frozen=True)
class Story:
    """A story with the candidates that tell it, the leading one first, and the feeds that do."""

    score: float
    members: tuple[Candidate, ...]
    telling: Telling
    feeds: frozenset[str] = frozenset()

    @property
    def lead(self) -> Candidate:
        """The candidate that was ranked highest."""
        return self.members[0]

    @property
    def videos(self) -> list[str]:
        """The ids of its videos, the leading one first."""
        return [member.video.youtube_video_id for member in self.members]

    @property
    def velocity(self) -> float | None:
        """Views an hour of all its videos; None where none could be measured."""
        return _sum(member.video.velocity_views_per_hour for member in self.members)

    @property
    def acceleration(self) -> float | None:
        """What the velocity gained in an hour, in views an hour; None where it could not be measured."""
        return _sum(member.acceleration for member in self.members)

    @property
    def began_at(self) -> datetime | None:
        """When the first of its videos was published; None where none says."""
        return min((one.video.published_at for one in self.members if one.video.published_at), default=None)

    @property
    def best_rank(self) -> int | None:
        """The best place of any of its videos in any chart."""
        return min((one.video.best_rank for one in self.members if one.video.best_rank), default=None)

    @property
    def regions(self) -> list[str]:
        """The countries in whose charts one of its videos stands, the leading one's first."""
        return list(dict.fromkeys(region for one in self.members for region in one.video.regions))

    @property
    def sources(self) -> list[str]:
        """The sources that showed one of its videos or told of the story."""
        return sorted({name for one in self.members for name in one.sources} | ({"feed"} if self.feeds else set()))


def join(ranked: Sequence[Scored], vectors: Mapping[str, Vector], *, similarity: float) -> list[Story]:
    """Join candidates, best first, into stories; return these in the order of their leaders.

    ``vectors`` holds the embedding of each candidate's title by its video.
    """
    stories: list[Story] = []
    for one in ranked:
        video = one.candidate.video
        telling = Telling.of(video.title, vectors[video.youtube_video_id])
        place = most_alike(telling, [story.telling for story in stories], similarity)
        if place is None:
            stories.append(Story(one.score, (one.candidate,), telling))
        else:
            story = stories[place]
            stories[place] = replace(story, members=(*story.members, one.candidate))
    return stories


def with_feeds(stories: Sequence[Story], told: Iterable[tuple[str, str, Vector]], *, similarity: float) -> list[Story]:
    """Return the stories with the feeds that tell them; ``told`` are feed, title and embedding of what feeds tell."""
    tellings = [story.telling for story in stories]
    feeds: dict[int, set[str]] = {}
    for feed, title, vector in told:
        place = most_alike(Telling.of(title, vector), tellings, similarity)
        if place is not None:
            feeds.setdefault(place, set()).add(feed)
    return [replace(story, feeds=frozenset(feeds.get(place, ()))) for place, story in enumerate(stories)]


def _sum(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return sum(known) if known else None
