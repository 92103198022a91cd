"""The knobs of the nightly ETL: look-back, pages, the two paths and how far they may be apart."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, Field, PositiveInt

from ytempire.settings.types import Fraction

_SUITES = Path(__file__).resolve().parents[2] / "expectations"
# Before the first change that YouTube announced, `views` meant what it had meant from its first video on.
FIRST_DEFINITION = date(2005, 4, 23)


class AnalyticsSettings(BaseModel):
    """The nightly ETL."""

    look_back_days: Annotated[int, Field(ge=0, le=60)] = Field(
        default=14, description="A day comes 48 to 72 hours late and is restated for days after."
    )
    workers: Annotated[int, Field(ge=1, le=32)] = Field(
        default=4,
        description="Channels that are asked, or loaded, at the same time, each over a connection of its own.",
    )
    page_rows: Annotated[int, Field(ge=1, le=200)] = 200
    videos_per_query: Annotated[int, Field(ge=1, le=500)] = 500
    view_definitions: tuple[date, ...] = Field(
        default=(date(2025, 3, 31), date(2026, 8, 27)),
        description="Pacific days from which `views` means something new (support.google.com/youtube/answer/2991785).",
    )
    staging_days: PositiveInt = Field(default=7, description="How long staged batches are kept.")
    suites: Path = Field(default=_SUITES, description="Great Expectations suites.")
    difference_count: Annotated[int, Field(ge=0)] = Field(
        default=20, description="So much the two paths may differ in a count of a video's or a channel's day,"
    )
    difference_share: Fraction = Field(default=0.05, description="or by this share of the larger one.")
    late_after_days: PositiveInt = Field(
        default=5, description="A day that is not in the warehouse so long after it is late: 72 hours and some room."
    )
    lost_after_days: PositiveInt = Field(
        default=60, description="A day that is still missing then is lost: YouTube keeps a report no longer."
    )
    bookmark_overlap_hours: PositiveInt = Field(
        default=48, description="So far behind its bookmark the list of reports is read again, for what came late."
    )
    staged_patience_hours: PositiveInt = Field(
        default=3, description="So long a report that another run has staged is left to that run."
    )

    def definition_of(self, day: date) -> str:
        """Return the version of `views` that holds on a Pacific ``day``: the day it began."""
        return max((begun for begun in self.view_definitions if begun <= day), default=FIRST_DEFINITION).isoformat()
