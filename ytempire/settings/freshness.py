"""The knobs of the live statistics of young videos, and of the cache beside them."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field, PositiveFloat, PositiveInt


class FreshnessSettings(BaseModel):
    """Which videos are looked at every minute, and with how much patience."""

    young_hours: PositiveInt = Field(default=48, description="So long after publishing a video is looked at live.")
    attempts: PositiveInt = Field(default=2, description="Tries of one call; the next look comes within a minute.")
    timeout_seconds: PositiveFloat = 10
    deadline_seconds: PositiveFloat = Field(
        default=35, description="What has not been asked for by then is left to the next look, where it comes first."
    )
    advance_calls: Annotated[int, Field(ge=0)] = Field(
        default=200, description="Calls that looks may be ahead of an even spending of the day's bucket."
    )
    stale_seconds: PositiveInt = Field(
        default=300, description="A young video not seen for so long raises an alert; one look left out does not."
    )


class CacheSettings(BaseModel):
    """Times to live of the keys in Redis (specification, 3.2). Losing Redis changes no result."""

    enabled: bool = True
    timeout_seconds: PositiveFloat = Field(default=0.25, description="Redis is not waited for longer than this.")
    retry_seconds: PositiveFloat = Field(default=60, description="After a failure it is left alone for so long.")
    channel_metrics_seconds: PositiveInt = 300
    features_seconds: PositiveInt = 3_600
    quota_seconds: PositiveInt = 86_400
