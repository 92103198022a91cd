"""The knobs of the trend watch: what it looks at, how patiently, and what it may spend of the day's quota."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, PositiveFloat, PositiveInt

from ytempire.settings.types import Fraction

FeedAddress = Annotated[str, Field(pattern=r"^https?://[^\s/]+", max_length=500)]


class TrendSettings(BaseModel):
    """What the trend watch reads."""

    regions: list[str] = ["US", "GB", "DE", "IN", "BR", "JP"]
    chart_size: PositiveInt = 50
    topics_per_niche: PositiveInt = 20
    topic_lifetime_hours: PositiveInt = 24
    window_hours: PositiveInt = Field(default=48, description="How far back observations count.")
    velocity_gap_minutes: PositiveInt = Field(
        default=10, description="Views of two observations closer than this are not compared."
    )
    interval_minutes: PositiveInt = Field(default=15, description="How often a run starts; the quota is spread by it.")
    quota_share: Fraction = Field(default=0.4, description="Share of YouTube's daily units that trends may spend.")
    advance_units: Annotated[int, Field(ge=0)] = Field(
        default=300, description="What watch lists may be ahead of an even spending: a first look takes it at once."
    )
    workers: Annotated[int, Field(ge=1, le=32)] = Field(default=8, description="Sources looked at at the same time.")
    attempts: PositiveInt = Field(default=2, description="Tries of one call; the next run comes soon.")
    timeout_seconds: PositiveFloat = 20
    deadline_seconds: PositiveFloat = Field(
        default=120, description="A source that has not begun by then is left to the next run."
    )
    watch_list_uploads: Annotated[int, Field(ge=1, le=50)] = Field(
        default=10, description="Newest uploads looked at of each watched channel."
    )
    follow_days: PositiveInt = Field(
        default=14, description="How long after publishing the videos of watch lists and feeds are observed."
    )
    feeds: list[FeedAddress] = Field(default=[], description="RSS or Atom feeds that tell of stories or videos.")
    feed_max_bytes: PositiveInt = 2_000_000
    feed_max_entries: PositiveInt = 100
    feed_seconds: PositiveFloat = Field(default=15, description="Of one feed, from the first byte asked to the last.")
    story_similarity: Fraction = Field(
        default=0.55, description="Cosine of two titles that also share words, from which they tell the same story."
    )
    story_candidates: PositiveInt = Field(default=300, description="Best candidates of a niche that are joined.")
    story_days: PositiveInt = Field(
        default=14, description="How long a story is remembered: covered ones are not offered again."
    )
    source_run_days: PositiveInt = Field(default=30, description="How long the record of what sources did is kept.")
