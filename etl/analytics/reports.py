"""The daily video report: which columns are asked for, and how an answered row is read.

Columns are found by their header, never by their place. A cell that cannot be
read makes its row unreadable, not the report. Metrics as documented at
https://developers.google.com/youtube/analytics/metrics.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ytempire.errors import ValidationFailed
from ytempire.youtube.models import clean

DIMENSION = "video"


@dataclass(frozen=True)
class Metric:
    """A column of the staging table, its name in the API, and what turns one into the other."""

    column: str
    api_name: str
    factor: float = 1
    whole: bool = False


METRICS = (
    Metric("views", "views", whole=True),
    Metric("engaged_views", "engagedViews", whole=True),
    Metric("likes", "likes", whole=True),
    Metric("comments", "comments", whole=True),
    Metric("shares", "shares", whole=True),
    Metric("watch_time_minutes", "estimatedMinutesWatched"),
    # Percent in the API, a share of the video's length here; loops take it above 1.
    Metric("retention_rate", "averageViewPercentage", factor=0.01),
)
REVENUE = Metric("revenue_cents", "estimatedRevenue", factor=100)
COLUMNS = tuple(metric.column for metric in (*METRICS, REVENUE))


@dataclass(frozen=True)
class ReadRow:
    """One video of one day; a metric that was not asked for or has no value is None."""

    youtube_video_id: str
    values: dict[str, float | None]


@dataclass(frozen=True)
class UnreadableRow:
    """A row that could not be read, as it came, and why."""

    payload: dict[str, Any]
    reason: str


def read_report(
    columns: Sequence[str], rows: Sequence[Sequence[Any]], metrics: Sequence[Metric]
) -> list[ReadRow | UnreadableRow]:
    """Read the rows of an answer in their order.

    Raises ValidationFailed when the header lacks a column that was asked for or names one twice.
    """
    wanted = [DIMENSION, *(metric.api_name for metric in metrics)]
    missing = [name for name in wanted if name not in columns]
    if missing:
        raise ValidationFailed(f"the report has no column {', '.join(missing)}")
    if len(set(columns)) != len(columns):
        raise ValidationFailed(f"the report names a column twice: {', '.join(columns)}")
    return [_read_row(columns, row, metrics) for row in rows]


def _read_row(columns: Sequence[str], row: Sequence[Any], metrics: Sequence[Metric]) -> ReadRow | UnreadableRow:
    if not isinstance(row, Sequence) or isinstance(row, str) or len(row) != len(columns):
        return UnreadableRow({"row": storable(row)}, f"the row does not have the {len(columns)} cells of the header")
    cells = dict(zip(columns, row, strict=True))
    video = cells[DIMENSION]
    if not isinstance(video, str) or clean(video) != video:
        return UnreadableRow(storable(cells), f"video is not an id: {video!r}")
    values: dict[str, float | None] = {}
    for metric in metrics:
        try:
            values[metric.column] = read_cell(cells[metric.api_name], metric)
        except ValueError as error:
            return UnreadableRow(storable(cells), f"{metric.api_name} {error}")
    return ReadRow(video, values)


def storable(value: Any) -> Any:
    """Return ``value`` as PostgreSQL's JSON takes it: no NUL, no NaN."""
    if isinstance(value, dict):
        return {str(storable(name)): storable(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [storable(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return repr(value)
    return clean(value)


def read_cell(cell: Any, metric: Metric) -> float | None:
    """Return the number in the staging column's unit. Text is taken where it is a plain number."""
    if cell is None:
        return None
    if isinstance(cell, bool) or not isinstance(cell, int | float | str):
        raise ValueError(f"is not a number: {cell!r}")
    try:
        number = float(cell)
    except (ValueError, OverflowError):
        raise ValueError(f"is not a number: {str(cell)[:100]!r}") from None
    if metric.whole and not number.is_integer():
        raise ValueError(f"is not a whole number: {cell!r}")
    return number * metric.factor
