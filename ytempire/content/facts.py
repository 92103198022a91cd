"""What can truthfully be said of a video of the charts: names for eye and ear, and figures with their gaps.

Everything here is derived from the topic's evidence; what the evidence does not hold is None.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from ytempire.content import countries, numbers
from ytempire.content.text import cut, quotable, speakable
from ytempire.content.topic import Topic, TopicEvidence, TopicVideo

TITLE_ON_SCREEN = 80


@dataclass(frozen=True)
class VideoFacts:
    """One video of the evidence, ready to be told of."""

    video: TopicVideo
    observed_at: datetime
    withheld: frozenset[str] = frozenset()

    @cached_property
    def _quoted_title(self) -> str:
        """The title, or nothing where it may not be quoted."""
        return "" if self.title_key in self.withheld else quotable(self.video.title) or ""

    @cached_property
    def _quoted_channel(self) -> str:
        return "" if self.channel_key in self.withheld else quotable(self.video.channel_title) or ""

    @property
    def title_key(self) -> str:
        """Names the title among the withheld ones."""
        return f"title:{self.video.youtube_video_id}"

    @property
    def channel_key(self) -> str:
        """Names the channel's name among the withheld ones."""
        return f"channel:{self.video.youtube_video_id}"

    @cached_property
    def channel(self) -> str:
        """The channel's name as shown."""
        return cut(self._quoted_channel or "an unnamed channel", 40)

    @cached_property
    def title(self) -> str:
        """The title as shown: as it is, or the channel's name when it may not be quoted."""
        return cut(self._quoted_title, TITLE_ON_SCREEN) if self._quoted_title else f"A video by {self.channel}"

    @cached_property
    def _channel_said(self) -> str | None:
        return speakable(self._quoted_channel, limit_words=4)

    @cached_property
    def said(self) -> str:
        """The video as named at first mention, for an English voice."""
        title = speakable(self._quoted_title)
        channel = self._channel_said
        if title and channel and channel.lower() not in title.lower():
            return f"{title}, from {channel}"
        if title:
            return title
        return f"a video from {channel}" if channel else f"a video {self._place}"

    @cached_property
    def said_short(self) -> str:
        """The video as named again: by its channel where that can be said."""
        if self._channel_said:
            return f"the video from {self._channel_said}"
        return speakable(self._quoted_title, limit_words=5) or f"the video {self._place}"

    @property
    def _place(self) -> str:
        return f"from the charts of {countries.country(self.regions[0])}" if self.regions else "from the charts"

    @property
    def regions(self) -> list[str]:
        """Countries where it is listed, best rank first."""
        return self.video.regions

    @property
    def views(self) -> int:
        """Views as last observed."""
        return self.video.views

    @property
    def velocity(self) -> float | None:
        """Views an hour, or None when unknown or not rising."""
        speed = self.video.velocity_views_per_hour
        return speed if speed is not None and speed >= 1 else None

    @property
    def likes(self) -> int | None:
        """Likes; a hidden count is coded 0 or None and is unknown."""
        return self.video.likes or None

    @property
    def comments(self) -> int | None:
        """Comments; a closed or hidden count is unknown."""
        return self.video.comments or None

    @property
    def age_hours(self) -> float | None:
        """Hours since it was published."""
        if self.video.published_at is None or self.video.published_at >= self.observed_at:
            return None
        return (self.observed_at - self.video.published_at) / timedelta(hours=1)

    @property
    def age(self) -> str | None:
        """How long ago it was published, in words."""
        if self.video.published_at is None or self.age_hours is None:
            return None
        return numbers.age(self.video.published_at, self.observed_at)

    @cached_property
    def best_region(self) -> tuple[str, int] | None:
        """The country where it stands highest, and its rank there."""
        latest: dict[str, int] = {}
        for point in self.video.points:
            if point.rank is not None:
                latest[point.region_code] = point.rank
        listed = {code: rank for code, rank in latest.items() if code in self.regions}
        if listed:
            code = min(listed, key=lambda name: (listed[name], self.regions.index(name)))
            return code, listed[code]
        if self.regions and self.video.best_rank is not None:
            return self.regions[0], self.video.best_rank
        return None

    @cached_property
    def growth(self) -> list[tuple[datetime, int]]:
        """Views over time, oldest first: what was observed, begun with its publishing at 0 views."""
        seen: dict[datetime, int] = {}
        for point in self.video.points:
            if point.views is not None:
                seen[point.at] = max(point.views, seen.get(point.at, 0))
        seen.setdefault(self.observed_at, self.views)
        line = sorted(seen.items())
        published = self.video.published_at
        if published is not None and published < line[0][0]:
            line.insert(0, (published, 0))
        return line if len(line) >= 2 and line[-1][1] > line[0][1] else []


@dataclass(frozen=True)
class StoryFacts:
    """The whole evidence: the lead and the others, and the orders that can be told of them."""

    topic: Topic
    lead: VideoFacts
    others: list[VideoFacts]

    @property
    def evidence(self) -> TopicEvidence:
        """The evidence behind."""
        return self.topic.evidence

    @property
    def everyone(self) -> list[VideoFacts]:
        """Lead and others."""
        return [self.lead, *self.others]

    @cached_property
    def by_speed(self) -> list[VideoFacts]:
        """Those with a known velocity, fastest first."""
        return sorted((one for one in self.everyone if one.velocity), key=lambda one: -(one.velocity or 0))

    @property
    def niche(self) -> str:
        """The niche as said in a sentence: "gaming"."""
        return " ".join(self.topic.niche.replace("_", " ").split()).lower() or "trending"

    @property
    def source(self) -> str:
        """Source and day of the numbers, as shown in small type."""
        return f"YouTube charts, {numbers.day(self.evidence.observed_at)}"


def story_facts(topic: Topic, withheld: Iterable[str] = ()) -> StoryFacts:
    """Read the facts of ``topic``; a video that stands twice in the evidence is told of once.

    ``withheld`` are titles and names that may not be quoted (``Script.withheld``).
    """
    evidence, never = topic.evidence, frozenset(withheld)
    seen = {evidence.lead.youtube_video_id}
    others = []
    for video in evidence.others:
        if video.youtube_video_id not in seen:
            seen.add(video.youtube_video_id)
            others.append(VideoFacts(video, evidence.observed_at, never))
    return StoryFacts(topic, VideoFacts(evidence.lead, evidence.observed_at, never), others)
