"""A channel as it is asked for and as it is kept.

A field of the configuration is one line of :class:`ChannelSpec` and one column of the same name in
``channel_configurations``. All else follows from the model: reading and writing (``store.py``), the audit,
``ytempire channels set`` and its completion, import and export. Its description is what operators read.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator
from pydantic_core import ErrorDetails

from ytempire.channels.fields import (
    STORED,
    Category,
    ChannelStatus,
    CredentialsId,
    Distinct,
    Dollars,
    Language,
    Line,
    PaletteName,
    PrivacyStatus,
    Region,
    StyleName,
    Text,
    VoiceName,
    YouTubeId,
)
from ytempire.channels.slots import PublishingSlots
from ytempire.content import voices
from ytempire.content.frames import AspectRatio
from ytempire.errors import InvalidInput


class ChannelSpec(BaseModel):
    """What an operator decides about a channel."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    youtube_channel_id: YouTubeId = Field(description="The channel's id at YouTube (UC…); it never changes")
    name: Annotated[Line, Field(max_length=255)] = Field(description="The channel's name")
    niche: Annotated[Line, Field(max_length=100)] = Field(
        description="What the channel is about; channels of one niche share their topics"
    )
    credentials_id: CredentialsId = Field(
        description="Name of the Airflow connection that holds the channel's OAuth tokens"
    )
    handle: Annotated[Line, Field(max_length=100)] | None = Field(default=None, description="Its handle (@…)")
    description: Annotated[Text, Field(max_length=5_000)] | None = Field(
        default=None, description="A note for those who run it"
    )
    monetization_enabled: bool = Field(default=False, description="Whether YouTube reports revenue for the channel")
    language: Language = Field(
        default="en-US",
        description="BCP-47 tag of script, narration, captions, title and description, as YouTube is told (pt-BR, …)",
    )
    voice: VoiceName = Field(default=voices.DEFAULT, description="Who speaks its videos")
    style_preset: StyleName = Field(default="rank_card", description="Composition of its thumbnails")
    palette: PaletteName = Field(default="ink", description="Colours of its videos and thumbnails")
    aspect_ratio: AspectRatio = Field(default="16:9", description="Shape of its videos")
    region_codes: Annotated[list[Region], Field(min_length=1), Distinct] = Field(
        default=["US"], description="Countries whose charts it follows, as ISO 3166-1 codes"
    )
    category_ids: Annotated[list[Category], Distinct] = Field(
        default=[], description="YouTube's categories of its niche (10 music, 20 gaming, …); the first is its videos'"
    )
    watch_list: Annotated[list[YouTubeId], Distinct] = Field(
        default=[], description="YouTube ids of the channels that its niche follows"
    )
    videos_per_day: Annotated[int, Field(ge=0, le=100)] = Field(
        default=1, description="Videos made in a Pacific day, 0 to 100"
    )
    priority: Annotated[int, Field(ge=1, le=10)] = Field(
        default=5, description="1 to 10; what is more urgent is made and published first"
    )
    video_budget_usd: Dollars | None = Field(
        default=None, description="US dollars that one video may cost; none: the setting YTEMPIRE_BUDGET__VIDEO_USD"
    )
    daily_budget_usd: Dollars | None = Field(
        default=None,
        description="US dollars that a Pacific day may cost; none: the setting YTEMPIRE_BUDGET__CHANNEL_DAILY_USD",
    )
    privacy_status: PrivacyStatus = Field(default="public", description="Who may see its videos once they are out")
    made_for_kids: bool = Field(default=False, description="Whether its videos are declared as made for kids")
    playlist_title: Annotated[Line, Field(max_length=150, pattern=r"^[^<>]*$")] | None = Field(
        default=None, description="Playlist that collects its videos, found or created by this title; none: no playlist"
    )
    uploads_per_day: Annotated[int, Field(ge=1, le=100)] | None = Field(
        default=None,
        description="At most so many uploads in a Pacific day, and slots in a day of their own zone; none: no limit",
    )
    slots: list[PublishingSlots] = Field(
        default=[],
        description="When its videos become public, as a list of {days: [mon, …], times: [HH:MM, …], time_zone: "
        "Europe/Berlin}; days may be left out; none: each as soon as it is uploaded",
    )

    @field_validator("slots")
    @classmethod
    def _slots_make_public(cls, slots: list[PublishingSlots], info: ValidationInfo) -> list[PublishingSlots]:
        if slots and info.data.get("privacy_status") != "public" and info.context != STORED:
            raise ValueError("what has a slot becomes public there: the channel's privacy_status must be public")
        return slots

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> ChannelSpec:
        """Check ``values``. Raises InvalidInput naming the first field that is wrong."""
        try:
            return cls.model_validate(dict(values))
        except ValidationError as error:
            raise mistake(error.errors(include_url=False)[0]) from error

    def changed(self, values: Mapping[str, Any]) -> ChannelSpec:
        """Return this configuration with ``values`` in it. Raises InvalidInput naming the first wrong field."""
        return ChannelSpec.of({name: getattr(self, name) for name in ChannelSpec.model_fields} | dict(values))


def mistake(part: ErrorDetails) -> InvalidInput:
    """One error of a validation as ours: the field's name, what is wrong, what to do."""
    field = ".".join(str(step) for step in part["loc"])
    if part["type"] == "extra_forbidden":
        known = ", ".join(ChannelSpec.model_fields)
        return InvalidInput(f"channel.{field}", "there is no such field", f"Fields: {known}.")
    return InvalidInput(f"channel.{field}", part["msg"].removeprefix("Value error, ").rstrip("."), "Correct it.")


class Channel(ChannelSpec):
    """A channel of the network: its configuration, and where it stands.

    ``revision`` grows by one with each change that an operator makes.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    channel_id: UUID
    status: ChannelStatus
    status_reason: str | None
    revision: int
    subscriber_count: int
    video_count: int
    total_views: int
    created_at: datetime

    @classmethod
    def stored(cls, row: Mapping[str, Any]) -> Channel:
        """Read a row of ``channels.sql``."""
        return cls.model_validate(dict(row), context=STORED)

    @property
    def spec(self) -> ChannelSpec:
        """Its configuration alone."""
        return ChannelSpec.model_validate(
            {name: getattr(self, name) for name in ChannelSpec.model_fields}, context=STORED
        )
