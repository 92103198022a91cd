"""A bulk report's file, read: one row a video, lines that cannot be read apart, and other people's videos left out.

Columns are found by their header. A line that cannot be read goes to quarantine and the rest of its video is loaded:
that the sum is then too small is for the reconciliation to find.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from etl.analytics.bulk.kinds import ReportKind
from etl.analytics.reports import Metric, UnreadableRow, read_cell, storable
from ytempire.errors import MalformedAnswer, ValidationFailed

_KEYS = ("date", "channel_id", "video_id")


@dataclass
class ReadFile:
    """What a file holds: ``videos`` by YouTube id, ``unreadable`` by line number, lines of videos not ours."""

    videos: dict[str, dict[str, float | None]] = field(default_factory=dict)
    unreadable: dict[int, UnreadableRow] = field(default_factory=dict)
    foreign_lines: int = 0


def read_file(
    content: bytes, kind: ReportKind, day: date, youtube_channel_id: str, own_videos: Collection[str]
) -> ReadFile:
    """Read the CSV ``content`` of a report of a Pacific ``day``.

    Raises MalformedAnswer when it is empty, cut off or no text, ValidationFailed when its header
    lacks a column or names one twice: then nothing of it is used.
    """
    lines = _lines(content)
    header = next(lines)[1]
    wanted = [*_KEYS, *(metric.api_name for metric in kind.metrics)]
    if missing := [name for name in wanted if name not in header]:
        raise ValidationFailed(f"the report {kind.name} has no column {', '.join(missing)}")
    if len(set(header)) != len(header):
        raise ValidationFailed(f"the report {kind.name} names a column twice")
    places = {name: header.index(name) for name in wanted}
    reader = _Lines(kind, places, len(header), (day.strftime("%Y%m%d"), youtube_channel_id), own_videos)
    for number, cells in lines:
        reader.add(number, cells)
    return reader.finish()


def _lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines with their numbers. The last must end: a cut number would be another number."""
    if not content.endswith(b"\n"):
        raise MalformedAnswer("the report is cut off" if content else "the report is empty, it has not even a header")
    try:
        rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        yield from enumerate(rows, start=1)
    except (UnicodeDecodeError, csv.Error) as error:
        raise MalformedAnswer(f"the report is no CSV: {error}") from error


class _Lines:
    """Adds up lines by video."""

    def __init__(
        self,
        kind: ReportKind,
        places: Mapping[str, int],
        width: int,
        of: tuple[str, str],
        own_videos: Collection[str],
    ) -> None:
        self._kind = kind
        self._width = width
        self._keys = [places[name] for name in _KEYS]
        self._counts = [(metric, places[metric.api_name]) for metric in kind.counts]
        self._rate = places[kind.rate.api_name]
        self._weight = [metric.column for metric in kind.counts].index(kind.weight)
        self._of = of
        self._own = own_videos
        self._sums: dict[str, list[float]] = {}
        self._read = ReadFile()

    def add(self, number: int, cells: Sequence[str]) -> None:
        """Take one line."""
        if len(cells) != self._width:
            reason = f"the line does not have the {self._width} cells of the header"
            self._read.unreadable[number] = UnreadableRow({"line": storable(list(cells))}, reason)
            return
        day, channel, video = (cells[place] for place in self._keys)
        if (day, channel) == self._of and video not in self._own and video:
            self._read.foreign_lines += 1
            return
        try:
            if (day, channel) != self._of:
                raise ValueError(f"the line is of {day!r} and channel {channel!r}")
            values = [_number(cells[place], metric) for metric, place in self._counts]
            weight = values[self._weight]
            rate = _cell(cells[self._rate], self._kind.rate)
            if video not in self._own:
                raise ValueError("the line names no video")
            if weight and rate is None:
                raise ValueError(f"{self._kind.rate.api_name} is missing")
        except ValueError as error:
            self._read.unreadable[number] = UnreadableRow({"line": storable(list(cells))}, str(error))
            return
        sums = self._sums.setdefault(video, [0.0] * (len(values) + 1))
        for place, value in enumerate(values):
            sums[place] += value
        sums[-1] += weight * (rate or 0.0)

    def finish(self) -> ReadFile:
        """Return what was read."""
        for video, (*counts, weighted) in self._sums.items():
            weight = counts[self._weight]
            named: dict[str, float | None] = {
                metric.column: value for (metric, _), value in zip(self._counts, counts, strict=True)
            }
            self._read.videos[video] = named | {self._kind.rate.column: weighted / weight if weight else None}
        return self._read


def _number(cell: str, metric: Metric) -> float:
    # Nearly every cell is a plain count, and there are millions of them.
    if cell.isdigit() and cell.isascii():
        return int(cell) * metric.factor
    value = _cell(cell, metric)
    if value is None:
        raise ValueError(f"{metric.api_name} is missing")
    if not value >= 0:
        raise ValueError(f"{metric.api_name} is out of range: {cell!r}")
    return value


def _cell(cell: str, metric: Metric) -> float | None:
    try:
        return read_cell(cell or None, metric)
    except ValueError as error:
        raise ValueError(f"{metric.api_name} {error}") from None
