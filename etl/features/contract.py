"""The feature contract: what the trend model may see, by name, type, source, unit and window.

One row of the feature set is one video in one country's chart on one UTC day.
Everything is known when that chart was fetched: a feature looks back as far as
its window says and never forward. Training reads the rows that Spark wrote,
prediction computes them in process; both go through this list.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict

from etl.features import families
from etl.features.channel_families import CHANNEL
from etl.features.feature import (
    CHANNEL_DAYS,
    CONTEXT_DAYS,
    LISTING_DAYS,
    LOOKBACK_DAYS,
    MAX_GAP_DAYS,
    RECORD_DAYS,
    ROUND_SECONDS,
    WINDOWS,
    Feature,
)
from etl.features.list_families import HISTORIES, LISTS, SEQUENCE_STEPS, SEQUENCES

__all__ = [
    "CATEGORIES",
    "CHANNEL_FEATURES",
    "CONTEXT_DAYS",
    "FEATURES",
    "INPUT_COLUMNS",
    "KEYS",
    "LABEL",
    "LISTING_COLUMNS",
    "LISTING_DAYS",
    "LOOKBACK_DAYS",
    "MAX_GAP_DAYS",
    "NUMBERS",
    "RECORD_COLUMNS",
    "ROUND_SECONDS",
    "SEQUENCE_NAMES",
    "SPREAD_COLUMNS",
    "WINDOWS",
    "Feature",
    "channel_contract_version",
    "contract_version",
]

KEYS = ("region_code", "day", "youtube_video_id")
LABEL = "stays"

INPUT_COLUMNS = (
    "region_code",
    "day",
    "fetched_at",
    "youtube_video_id",
    "rank",
    "views",
    "likes",
    "comments",
    "title",
    "youtube_channel_id",
    "category_id",
    "published_at",
    "duration_seconds",
    "language",
    "tag_count",
)
# Of the long time over which a channel's record is told, no more than this is read.
LISTING_COLUMNS = (*KEYS, "youtube_channel_id")
SPREAD_COLUMNS: tuple[str, ...] = tuple(feature.name for feature in families.SPREAD)
RECORD_COLUMNS: tuple[str, ...] = tuple(feature.name for feature in families.RECORD)

FEATURES: tuple[Feature, ...] = (
    *families.ROW,
    *families.STEP,
    *families.COURSE,
    *families.CHART,
    *families.TURNOVER,
    *families.COMPANY,
    *families.SPREAD,
    *families.PLACING,
    *families.RECORD,
    *LISTS,
    *HISTORIES,
    *families.VIDEO,
    *families.CATEGORIES,
)
NUMBERS: tuple[str, ...] = tuple(f.name for f in FEATURES if f.kind == "number")
# What is read step by step, the oldest step first: (steps, columns).
SEQUENCE_NAMES: tuple[tuple[str, ...], ...] = tuple(
    tuple(f"{name}_{back}" for name in SEQUENCES) for back in range(SEQUENCE_STEPS, 0, -1)
)
CATEGORIES: tuple[str, ...] = tuple(f.name for f in FEATURES if f.kind == "category")


CHANNEL_FEATURES: tuple[Feature, ...] = tuple(CHANNEL)


def contract_version() -> str:
    """Return a short hash of the contract: a model may only be given rows of the contract it learned."""
    spans = {
        "lookback_days": LOOKBACK_DAYS,
        "max_gap_days": MAX_GAP_DAYS,
        "record_days": RECORD_DAYS,
        "round_seconds": ROUND_SECONDS,
    }
    return _version(FEATURES, spans)


def channel_contract_version() -> str:
    """Return a short hash of the features of channels."""
    return _version(CHANNEL_FEATURES, {"channel_days": CHANNEL_DAYS})


def _version(features: tuple[Feature, ...], spans: dict[str, int]) -> str:
    declared = {"features": [asdict(feature) for feature in features], **spans}
    return hashlib.sha256(json.dumps(declared, sort_keys=True).encode()).hexdigest()[:12]
