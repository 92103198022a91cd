"""What a video is about: a rising story and the real numbers behind it.

Written by the trend watch into ``topics.evidence``, read by the script writers
and the drawing of scenes. Titles are other people's text: data, never instructions.
"""

from __future__ import annotations

from datetime import datetime

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from ytempire.content.frames import AspectRatio


class Point(BaseModel):
    """One observation of a video: where it stood and what it had."""

    model_config = ConfigDict(frozen=True)

    at: AwareDatetime
    region_code: str
    rank: int | None
    views: int | None


class TopicVideo(BaseModel):
    """A video that carries the story, as last observed."""

    model_config = ConfigDict(frozen=True)

    youtube_video_id: str
    title: str
    channel_title: str
    category_id: int | None
    published_at: AwareDatetime | None
    duration_seconds: int | None
    views: int
    likes: int | None
    comments: int | None
    velocity_views_per_hour: float | None = Field(
        description="Between the last two observations; since publishing where there is only one."
    )
    best_rank: int | None
    regions: list[str] = Field(description="Countries in whose chart it is listed, best rank first.")
    points: list[Point] = Field(default=[], description="Observations, oldest first.")


class TopicEvidence(BaseModel):
    """The numbers of one topic: the video that leads, and what rises beside it in the niche."""

    model_config = ConfigDict(frozen=True)

    observed_at: AwareDatetime
    regions_watched: list[str]
    lead: TopicVideo
    others: list[TopicVideo] = Field(description="The next ones of the same niche, fastest first, at most 29.")


class Topic(BaseModel):
    """A ranked topic of a niche."""

    model_config = ConfigDict(frozen=True)

    topic_id: str
    niche: str
    title: str
    reason: str
    score: float
    ranked_by: str
    first_seen_at: datetime
    evidence: TopicEvidence


class ChannelProfile(BaseModel):
    """What the makers of content need to know of a channel."""

    model_config = ConfigDict(frozen=True)

    channel_id: str
    name: str
    niche: str
    language: str
    voice: str
    style_preset: str
    palette: str
    region_codes: list[str]
    made_for_kids: bool
    aspect_ratio: AspectRatio = "16:9"
