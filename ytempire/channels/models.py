"""A channel as it is asked for and as it is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from ytempire.channels.slots import PublishingSlots
from ytempire.content import voices
from ytempire.content.frames import AspectRatio
from ytempire.errors import InvalidInput

ChannelStatus = Literal["active", "paused", "archived"]
PrivacyStatus = Literal["public", "unlisted", "private"]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def _printable(text: str) -> str:
    if _CONTROL.search(text):
        raise ValueError("contains control characters")
    if not text.strip():
        raise ValueError("is blank")
    return text.strip()


def _one_of_ours(voice: str) -> str:
    try:
        return voices.named(voice).name
    except InvalidInput as error:
        raise ValueError(f"{error.problem}. {error.remedy}") from None


Name = Annotated[str, Field(max_length=255), AfterValidator(_printable)]
Word = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$", max_length=50)]
YouTubeId = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{2,50}$")]
Dollars = Annotated[Decimal, Field(ge=0, max_digits=10, decimal_places=4)]
VoiceName = Annotated[str, AfterValidator(_one_of_ours)]
Region = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class ChannelSpec(BaseModel):
    """What is needed to take a channel into the network."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    youtube_channel_id: YouTubeId
    name: Name
    niche: Annotated[str, Field(max_length=100), AfterValidator(_printable)]
    credentials_id: Annotated[Word, Field(max_length=200)] = Field(
        description="Name of the Airflow connection that holds the channel's OAuth tokens."
    )
    handle: Annotated[str, Field(max_length=100), AfterValidator(_printable)] | None = None
    description: str | None = None
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})?$", max_length=10)] = "en-US"
    voice: VoiceName = voices.DEFAULT
    style_preset: Word = "rank_card"
    palette: Word = "ink"
    aspect_ratio: AspectRatio = "16:9"
    region_codes: Annotated[list[Region], Field(min_length=1)] = ["US"]
    category_ids: list[Annotated[int, Field(ge=1, le=99)]] = []
    watch_list: list[YouTubeId] = Field(default=[], description="YouTube channel ids that the niche follows.")
    videos_per_day: Annotated[int, Field(ge=0, le=100)] = 1
    priority: Annotated[int, Field(ge=1, le=10)] = 5
    video_budget_usd: Dollars | None = Field(default=None, description="Of one video; None: the setting's.")
    daily_budget_usd: Dollars | None = Field(default=None, description="Of a Pacific day; None: the setting's.")
    privacy_status: PrivacyStatus = "public"
    made_for_kids: bool = False
    uploads_per_day: Annotated[int, Field(ge=1, le=100)] | None = Field(
        default=None,
        description="At most so many uploads in a Pacific day, and slots in a day of their own zone; none: no limit.",
    )
    slots: list[PublishingSlots] = Field(
        default=[], description="When its videos become public; none: each as soon as it is uploaded."
    )

    @field_validator("slots")
    @classmethod
    def _slots_make_public(cls, slots: list[PublishingSlots], info: ValidationInfo) -> list[PublishingSlots]:
        if slots and info.data.get("privacy_status") != "public":
            raise ValueError("what has a slot becomes public there: only a channel whose privacy_status is public")
        return slots

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> ChannelSpec:
        """Check ``values``. Raises InvalidInput naming the first field that is wrong."""
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            raise InvalidInput(f"channel.{field}", first["msg"], "Correct the channel's data.") from error


class Channel(BaseModel):
    """A channel of the network with its configuration."""

    model_config = ConfigDict(frozen=True)

    channel_id: UUID
    youtube_channel_id: str
    name: str
    handle: str | None
    description: str | None
    niche: str
    status: ChannelStatus
    status_reason: str | None
    subscriber_count: int
    video_count: int
    total_views: int
    created_at: datetime
    credentials_id: str
    language: str
    voice: str
    style_preset: str
    palette: str
    aspect_ratio: AspectRatio
    region_codes: list[str]
    category_ids: list[int]
    watch_list: list[str]
    videos_per_day: int
    priority: int
    video_budget_usd: Decimal | None
    daily_budget_usd: Decimal | None
    privacy_status: PrivacyStatus
    made_for_kids: bool
    uploads_per_day: int | None
    slots: list[PublishingSlots]
