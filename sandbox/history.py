"""The charts of a history, replayed on the sandbox's clock.

A history is a folder with snapshots.parquet and videos.parquet: what the charts of some countries held on
each of its days. `ReplayWorld` keeps it as NumPy columns and answers for any moment. History days are laid
over the present by a shift of whole weeks, so that weekdays stay; after its last day the replay starts
over. The chart of a history day stands from 07:00 UTC, when all countries had been fetched, to 07:00 UTC of
the next. Counts of a video are interpolated between its observations, so that they move within the day;
before the first they grow with the power 0.6 of the age, after the last they run out with a time constant
of three days.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

CHART_HOUR = timedelta(hours=7)
_RUN_OUT_MS = 3 * 86_400_000.0
_EARLY_POWER = 0.6
_EPOCH = date(1970, 1, 1)

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class VideoFact:
    """What is known of a video at a moment. `likes` and `comments` are None where they are hidden."""

    youtube_video_id: str
    title: str
    youtube_channel_id: str
    channel_title: str
    category_id: int
    category_name: str
    tags: tuple[str, ...]
    published_at: datetime
    default_language: str | None
    audio_language: str | None
    duration_seconds: int
    definition: str
    caption_available: bool
    licensed_content: bool
    made_for_kids: bool
    views: int
    likes: int | None
    comments: int | None


@dataclass(frozen=True)
class ChannelFact:
    """What is known of a channel at a moment; counts are estimated from the videos in the history."""

    youtube_channel_id: str
    title: str
    published_at: datetime
    subscribers: int
    views: int
    videos: int


def whole_weeks_shift(last_day: date, present: date) -> int:
    """The least whole weeks, in days, that bring `last_day` onto `present` or just after it."""
    return 7 * math.ceil((present - last_day).days / 7)


def _numbers(column: pa.ChunkedArray | pa.Array, dtype: type[np.generic]) -> Array:
    """A column without nulls as NumPy; by its buffer, because pyarrow's own way imports pandas."""
    values = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    raw = values.buffers()[1]
    return np.frombuffer(raw, dtype=dtype, count=len(values) + values.offset)[values.offset :]


def _fixed(column: pa.ChunkedArray | pa.Array, length: int) -> Array:
    """Ids of one length as NumPy bytes."""
    values = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    raw = pc.cast(pc.cast(values, pa.binary()), pa.binary(length)).buffers()[1]
    return np.frombuffer(raw, dtype=f"S{length}", count=len(values))


class ReplayWorld:
    """The charts and videos of a history folder at any moment of the sandbox's time.

    Args:
        folder: with snapshots.parquet and videos.parquet.
        present: the day onto which, or just before which, the history's last day is laid; None leaves the
            history where it is.
        shift_days: the shift itself, where it was decided before (it must be whole weeks).

    Raises:
        ValueError: the history holds less than a week.
    """

    def __init__(self, folder: Path, *, present: date | None = None, shift_days: int | None = None) -> None:
        # ParquetFile and not read_table: that one goes through pyarrow.dataset, which imports pandas.
        with pq.ParquetFile(folder / "videos.parquet") as file:
            self._videos = file.read().combine_chunks()
        with pq.ParquetFile(folder / "snapshots.parquet", read_dictionary=["video_id"]) as file:
            snapshots = file.read().unify_dictionaries()
        ids = _fixed(self._videos["video_id"], 11)
        self._by_id = np.argsort(ids)
        self._sorted_ids = ids[self._by_id]
        self._load_snapshots(snapshots)
        self._load_channels()
        del snapshots
        pa.default_memory_pool().release_unused()
        self.first_day = _EPOCH + timedelta(days=self._first)
        self.last_day = _EPOCH + timedelta(days=self._first + self._length - 1)
        if shift_days is None:
            shift_days = 0 if present is None else whole_weeks_shift(self.last_day, present)
        self.shift_days = shift_days

    def _load_snapshots(self, table: pa.Table) -> None:
        day = _numbers(table["day"], np.int32)
        last = int(day.max())
        self._length = (last - int(day.min()) + 1) // 7 * 7  # whole weeks, so that starting over keeps weekdays
        if self._length == 0:
            raise ValueError("a history needs at least seven days")
        self._first = last - self._length + 1
        codes = table["video_id"].combine_chunks()
        known = _fixed(codes.dictionary, 11)
        place = np.searchsorted(self._sorted_ids, known).clip(0, len(self._sorted_ids) - 1)
        video_of_code = np.where(self._sorted_ids[place] == known, self._by_id[place], -1)
        video = video_of_code[_numbers(codes.indices, np.int32)].astype(np.int32)
        kept = np.flatnonzero((day >= self._first) & (video >= 0))
        country = table["country"].combine_chunks()
        self._regions: list[str] = country.dictionary.to_pylist()
        code = _numbers(country.indices, np.int32)
        rank = _numbers(table["rank"], np.int16)
        order = kept[np.lexsort((rank[kept], day[kept], code[kept]))]
        self._video = video[order]
        chart = code[order].astype(np.int64) * self._length + (day[order] - self._first)
        self._chart_starts = np.searchsorted(chart, np.arange(len(self._regions) * self._length + 1))
        self._fetched = _numbers(table["fetched_at"], np.int64)[order]
        self._views = _numbers(table["views"], np.int64)[order]
        self._likes = _numbers(table["likes"], np.int64)[order].astype(np.int32)
        self._comments = _numbers(table["comments"], np.int64)[order].astype(np.int32)
        self._rows_by_video = np.lexsort((self._fetched, self._video)).astype(np.int32)
        self._video_starts = np.searchsorted(self._video[self._rows_by_video], np.arange(self._videos.num_rows + 1))

    def _load_channels(self) -> None:
        channels = _fixed(self._videos["channel_id"], 24)
        self._videos_by_channel = np.argsort(channels, kind="stable")
        self._sorted_channels = channels[self._videos_by_channel]
        published = _numbers(self._videos["published_at"], np.int64)
        rows = self._rows_by_video[self._video_starts[:-1].clip(0, len(self._rows_by_video) - 1)]
        # A premiere is listed before its publishing: it counts as published when it was first seen.
        self._published = np.minimum(published, self._fetched[rows])

    def regions(self) -> list[str]:
        """The countries that have charts."""
        return sorted(self._regions)

    def _cycle(self, at: datetime) -> int:
        """Which run of the replay the moment falls in: 0 ends on the shifted last day."""
        day = ((at - CHART_HOUR).astimezone(UTC).date() - _EPOCH).days
        return (day - self._first - self.shift_days) // self._length

    def _offset_ms(self, cycle: int) -> int:
        return (self.shift_days + cycle * self._length) * 86_400_000

    def history_day(self, at: datetime) -> date:
        """The day of the history whose charts stand at a moment."""
        day = (at - CHART_HOUR).astimezone(UTC).date()
        return day - timedelta(days=self.shift_days + self._cycle(at) * self._length)

    def chart(self, region: str, at: datetime, limit: int = 50) -> list[VideoFact]:
        """The chart of a country, best rank first; empty where the country has none."""
        return [self._fact(int(video), at) for video in self._chart_videos(region, at)[:limit]]

    def _chart_videos(self, region: str, at: datetime) -> Array:
        if region not in self._regions:
            return np.empty(0, dtype=np.int32)
        index = (self.history_day(at) - _EPOCH).days - self._first
        start = self._regions.index(region) * self._length + index
        found: Array = self._video[self._chart_starts[start] : self._chart_starts[start + 1]]
        return found

    def chart_titles(self, region: str, at: datetime) -> list[str]:
        """Titles in the chart of a country, best rank first; cheaper than :meth:`chart`."""
        titles = self._videos["title"]
        return [titles[int(video)].as_py() for video in self._chart_videos(region, at)]

    def video(self, youtube_video_id: str, at: datetime) -> VideoFact | None:
        """A video of the history; None if it is unknown or not yet published."""
        key = youtube_video_id.encode("ascii", "replace")
        place = int(np.searchsorted(self._sorted_ids, key))
        if len(key) != 11 or place == len(self._sorted_ids) or self._sorted_ids[place] != key:
            return None
        fact = self._fact(int(self._by_id[place]), at)
        return fact if fact.published_at <= at else None

    def _channel_range(self, channel_id: str) -> tuple[int, int]:
        key = channel_id.encode("ascii", "replace")
        if len(key) != 24:
            return 0, 0
        return (
            int(np.searchsorted(self._sorted_channels, key, "left")),
            int(np.searchsorted(self._sorted_channels, key, "right")),
        )

    def uploads(self, channel_id: str, at: datetime, limit: int | None = None) -> list[VideoFact]:
        """The videos that a channel has published until a moment, newest first."""
        start, end = self._channel_range(channel_id)
        videos = self._videos_by_channel[start:end]
        now = at.timestamp() * 1000 - self._offset_ms(self._cycle(at))
        published = self._published[videos]
        newest = videos[np.argsort(-published, kind="stable")][int((published > now).sum()) :]
        return [self._fact(int(video), at) for video in newest[:limit]]

    def channel(self, channel_id: str, at: datetime) -> ChannelFact | None:
        """A channel of the history; None if it is unknown."""
        start, end = self._channel_range(channel_id)
        if start == end:
            return None
        uploads = self.uploads(channel_id, at)
        views = sum(video.views for video in uploads)
        first = int(self._videos_by_channel[start])
        opened = int(self._published[self._videos_by_channel[start:end]].min()) - 400 * 86_400_000
        return ChannelFact(
            youtube_channel_id=channel_id,
            title=self._videos["channel_title"][first].as_py(),
            published_at=self._moment(opened + self._offset_ms(self._cycle(at))),
            subscribers=int(50 * math.sqrt(views)),
            views=views,
            videos=len(uploads),
        )

    @staticmethod
    def _moment(milliseconds: float) -> datetime:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)

    def _fact(self, video: int, at: datetime) -> VideoFact:
        row = {name: self._videos[name][video].as_py() for name in self._videos.column_names}
        offset = self._offset_ms(self._cycle(at))
        views, likes, comments = self._counts(video, at.timestamp() * 1000 - offset)
        return VideoFact(
            youtube_video_id=row["video_id"],
            title=row["title"] or "",
            youtube_channel_id=row["channel_id"],
            channel_title=row["channel_title"] or "",
            category_id=row["category_id"],
            category_name=row["category_name"],
            tags=tuple(row["tags"] or ()),
            published_at=self._moment(int(self._published[video]) + offset),
            default_language=row["default_language"],
            audio_language=row["audio_language"],
            duration_seconds=row["duration_seconds"] or 0,
            definition=row["definition"] or "hd",
            caption_available=bool(row["caption_available"]),
            licensed_content=bool(row["licensed_content"]),
            made_for_kids=bool(row["made_for_kids"]),
            views=views,
            likes=likes,
            comments=comments,
        )

    def _counts(self, video: int, now_ms: float) -> tuple[int, int | None, int | None]:
        """Views, likes and comments at a moment of the history's own time."""
        rows = self._rows_by_video[self._video_starts[video] : self._video_starts[video + 1]]
        published = float(self._published[video])
        if len(rows) == 0 or now_ms <= published:
            return 0, 0, 0
        times = self._fetched[rows].astype(float)
        counts = []
        for column in (self._views, self._likes, self._comments):
            seen = np.maximum.accumulate(column[rows])
            counts.append(int(_curve(times, seen, published, now_ms)) if seen[-1] else None)
        return counts[0] or 0, counts[1], counts[2]


def _curve(times: Array, seen: Array, published: float, now: float) -> float:
    """A count at `now`: between observations linear, before and after them as the module's text says."""
    first, last = times[0], times[-1]
    if now <= first:
        age = max(first - published, 1.0)
        return float(seen[0] * ((now - published) / age) ** _EARLY_POWER)
    if now < last:
        return float(np.interp(now, times, seen))
    before = np.searchsorted(times, last - 43_200_000) - 1  # an observation at least half a day older
    if before >= 0:
        slope = (seen[-1] - seen[before]) / (last - times[before])
    else:
        slope = _EARLY_POWER * seen[-1] / max(last - published, 3_600_000.0)
    return float(seen[-1] + slope * _RUN_OUT_MS * (1 - math.exp(-(now - last) / _RUN_OUT_MS)))
