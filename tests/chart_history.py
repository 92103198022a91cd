"""A small seeded history of charts, in the shape of a daily crawl, in which who stays can be learned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

LAST_DAY = datetime(2026, 6, 30, 4, tzinfo=UTC)
REGIONS = ("BR", "DE", "IN", "US")


@dataclass(frozen=True)
class ChartHistory:
    """The two tables of a history."""

    snapshots: pd.DataFrame
    videos: pd.DataFrame

    def write(self, folder: Path) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        self.snapshots.to_parquet(folder / "snapshots.parquet")
        self.videos.to_parquet(folder / "videos.parquet")
        return folder

    def charts(self) -> pd.DataFrame:
        """The rows as the feature code takes them."""
        names = {"country": "region_code", "video_id": "youtube_video_id", "channel_id": "youtube_channel_id"}
        facts = ["video_id", "title", "channel_id", "category_id", "published_at", "duration_seconds"]
        said = self.videos.assign(
            language=self.videos["audio_language"].fillna(self.videos["default_language"]),
            tag_count=self.videos["tags"].map(len),
        )
        rows = self.snapshots.merge(said[[*facts, "language", "tag_count"]], on="video_id").rename(columns=names)
        return rows.assign(day=rows["fetched_at"].dt.date)


def chart_history(*, days: int, seed: int = 5, chart: int = 20, regions: tuple[str, ...] = REGIONS) -> ChartHistory:
    """Videos rise and cool; those that many like cool slowly, music slower than gaming."""
    rng = np.random.default_rng(seed)
    count = (days + 6) * 14
    published = rng.uniform(-6, days, count)
    category = rng.choice([10, 20, 1], count)
    liked = rng.uniform(0.005, 0.12, count)
    life = np.where(category == 10, 4.0, 1.2) * (0.4 + 12 * liked)
    size = rng.normal(11, 1.3, count)
    taste = rng.normal(0, 0.9, (len(regions), count))
    videos = pd.DataFrame(
        {
            "video_id": [f"video-{n:05d}" for n in range(count)],
            "title": [f"Título {n} 東京 🎵" if n % 3 else f"SONG NUMBER {n}!" for n in range(count)],
            "channel_id": [f"channel-{n % 97:03d}" for n in range(count)],
            "channel_title": [f"Channel {n % 97}" for n in range(count)],
            "category_id": category.astype(np.int16),
            "tags": [["one", f"tag {n}"] for n in range(count)],
            "published_at": _moments(published, days),
            "default_language": "en",
            "audio_language": [None if n % 5 else "pt-BR" for n in range(count)],
            "duration_seconds": rng.integers(20, 4_000, count).astype(np.int32),
        }
    )
    rows = []
    for day in range(days):
        age = day - published
        alive = np.flatnonzero((age > 0) & (age < 15))
        views = np.exp(size[alive]) * (1 - np.exp(-age[alive] / 2.0)) * 30
        for number, region in enumerate(regions):
            heat = size[alive] + taste[number, alive] - age[alive] / life[alive] + rng.normal(0, 0.15, len(alive))
            for rank, place in enumerate(np.argsort(-heat)[:chart], start=1):
                video = alive[place]
                seen = int(views[place])
                likes = 0 if video % 50 == 0 else int(seen * liked[video])
                rows.append((day, region, rank, videos["video_id"][video], seen, likes, likes // 9))
    snapshots = pd.DataFrame(rows, columns=["number", "country", "rank", "video_id", "views", "likes", "comments"])
    snapshots["fetched_at"] = _moments(snapshots.pop("number").to_numpy(float), days)
    snapshots["day"] = snapshots["fetched_at"].dt.date
    snapshots["rank"] = snapshots["rank"].astype(np.int16)
    return ChartHistory(snapshots, videos)


def _moments(day: np.ndarray, days: int) -> pd.Series:
    first = LAST_DAY - timedelta(days=days - 1)
    return pd.Series(pd.to_datetime(first) + pd.to_timedelta(np.round(day * 86_400), unit="s")).astype(
        "datetime64[ms, UTC]"
    )
