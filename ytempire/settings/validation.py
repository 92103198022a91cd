"""The knobs of validation: where its results are shown."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, Field, PositiveInt


class ValidationSettings(BaseModel):
    """What every suite said of every batch stands in the table ``validation_results``, and on a page."""

    page: Path | None = Field(
        default=None, description="The page (HTML). None: validation/index.html below the media root."
    )
    page_results: PositiveInt = Field(default=30, description="How many results of each suite it shows.")
