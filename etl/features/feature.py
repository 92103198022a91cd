"""What a feature is, and the windows in which features look back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

# A video's time in a chart and its count of days are followed back this far.
LOOKBACK_DAYS = 14
# Charts further apart than this are not compared: the video might have left and come back.
MAX_GAP_DAYS = 3
# How a country's lists are renewed is told over a longer time: their habits change slowly.
LIST_DAYS = 28
# What must be read before a day so that its features are whole.
CONTEXT_DAYS = LIST_DAYS + 2 * MAX_GAP_DAYS
# What became of a channel's earlier rows is told over this time.
RECORD_DAYS = 90
# Of those rows is asked how long they had been there, up to so many days.
RECORD_STAY_DAYS = 8
# For that, and for nothing else, the keys of charts must be read so far back: region, day, video and channel.
LISTING_DAYS = RECORD_DAYS + RECORD_STAY_DAYS + 2 * MAX_GAP_DAYS
# Days, today included and the day that many days ago too, over which a course is summed up.
WINDOWS = (3, 7, LOOKBACK_DAYS)
# Charts of one round of looking are fetched within this time: they are known together.
ROUND_SECONDS = 900
# Features of channels look back so many Pacific days.
CHANNEL_DAYS = 28


@dataclass(frozen=True)
class Feature:
    """One column of the feature set. ``window`` says which days it looks at; missing values are NaN."""

    name: str
    kind: Literal["number", "category"]
    source: Literal["snapshots", "videos", "snapshots+videos", "metrics", "live"]
    unit: str
    window: str
    description: str


def number(name: str, source: str, unit: str, window: str, description: str) -> Feature:
    """Return a feature that is a number."""
    return Feature(name, "number", source, unit, window, description)  # type: ignore[arg-type]


def windowed(name: str, unit: str, description: str) -> Iterator[Feature]:
    """Yield ``name``_3, ``name``_7, …: the same figure over each of ``WINDOWS``."""
    for days in WINDOWS:
        yield number(f"{name}_{days}", "snapshots", unit, f"{days} days", description)
