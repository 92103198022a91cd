"""The knobs of our dealings with YouTube: addresses, quota, patience."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, Field, PositiveFloat, PositiveInt

# https://developers.google.com/youtube/v3/determine_quota_cost
UNIT_COSTS = {
    "videos.update": 50,
    "thumbnails.set": 50,
    "playlists.insert": 50,
    "playlistItems.insert": 50,
    "captions.list": 50,
    "captions.insert": 400,
}


class YouTubeSettings(BaseModel):
    """Where the YouTube APIs are, and what we allow ourselves to spend of their quota."""

    root_url: str = "https://youtube.googleapis.com/"
    analytics_root_url: str = "https://youtubeanalytics.googleapis.com/"
    reporting_root_url: str = "https://youtubereporting.googleapis.com/"
    token_url: str = "https://oauth2.googleapis.com/token"
    authorization_url: str = "https://accounts.google.com/o/oauth2/v2/auth"
    client_file: Path | None = Field(
        default=None, description="client_secret_….json of our application, from the Google Cloud console."
    )
    consent_seconds: PositiveFloat = Field(default=300, description="How long an owner may take to agree.")
    consent_port: Annotated[int, Field(ge=0, le=65535)] = Field(
        default=0, description="Port on 127.0.0.1 that the owner's browser comes back to; 0: any that is free."
    )
    timeout_seconds: PositiveFloat = 60
    max_attempts: PositiveInt = 6
    backoff_initial_seconds: PositiveFloat = 1
    backoff_max_seconds: PositiveFloat = 60
    daily_units: PositiveInt = 10_000
    daily_uploads: PositiveInt = 50
    daily_searches: PositiveInt = 100
    daily_batch_stats: PositiveInt = 10_000
    units_to_finish_a_video: Annotated[int, Field(ge=0)] = Field(
        default=510,
        description="Units that publishing takes beside the upload (thumbnail 50, captions 400, playlist 50, looks);"
        " no upload begins without them. 0: not looked at.",
    )
    expectations_lapse_seconds: Annotated[float, Field(ge=0)] = Field(
        default=3 * 3600,
        description="So long before the reset, room is no longer kept for videos that are still being made.",
    )
    held_upload_look_seconds: PositiveFloat = Field(
        default=900, description="After this an upload that was held back for other channels is looked at again."
    )
    slot_lead_seconds: Annotated[float, Field(ge=300)] = Field(
        default=1800, description="A slot is taken at least so long ahead: upload and processing need time."
    )
    slot_patience_seconds: Annotated[float, Field(ge=0)] = Field(
        default=3600, description="So long after its slot a video may still be private before it gets the next one."
    )
    upload_chunk_bytes: PositiveInt = 16 * 1024 * 1024
    upload_note_seconds: Annotated[float, Field(ge=0)] = Field(
        default=1, description="How far an upload got is written down at most so often."
    )
    unit_costs: Annotated[dict[str, int], AfterValidator(lambda given: UNIT_COSTS | given)] = Field(
        default=UNIT_COSTS, description="Units of a call; what is not named costs 1."
    )
    category_id: PositiveInt = Field(
        default=24, description="Category of a video whose channel names none (24 = Entertainment)."
    )
    upload_lock_wait_seconds: PositiveFloat = Field(
        default=60, description="How long a retry waits for a worker that is still uploading the same video."
    )
    reconcile_looks: PositiveInt = Field(
        default=3, description="How often the uploads playlist is searched before an upload counts as lost."
    )
    reconcile_wait_seconds: Annotated[float, Field(ge=0)] = 20
    reconcile_patience_seconds: Annotated[float, Field(ge=0)] = Field(
        default=900, description="How long a video whose last bytes were sent may stay unseen before it counts as lost."
    )
