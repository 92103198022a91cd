"""What the thumbnail stage hands on: its variants, kept as JSON beside the pictures."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, PositiveFloat


class Thumbnail(BaseModel):
    """One of the thumbnails of a video that are tested against each other.

    ``contrast`` is that of its words to what stands around them, measured on the picture (WCAG ratio).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Literal["a", "b", "c"]
    path: Path
    preset: str
    words: list[str]
    provider: str
    contrast: PositiveFloat
