"""The sandbox's world as the experiment sees it: the charts of its days, and what its audience gives to videos.

The sandbox is a program of its own: it is started, given files, and its answers are read.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pandas as pd

from etl.features.rows import compute
from etl.features.videos import describe_videos
from ytempire.errors import Permanent


@dataclass(frozen=True)
class Planned:
    """A video that an arm would publish."""

    id: str
    channel: str
    published_at: str
    title: str
    category_id: int
    country: str
    subscribers: int

    def published(self, delay: timedelta) -> Planned:
        """Return it published later by ``delay``."""
        at = datetime.fromisoformat(self.published_at) + delay
        return replace(self, published_at=at.isoformat())


@dataclass(frozen=True)
class Screened:
    """What became of it: views at the asked age, and how hot its subject was when it was published, 0 to 1."""

    views: int
    heat: float


def synthesize(folder: Path, days: int, seed: int) -> Path:
    """Have the sandbox write a history of so many days; return its folder. One that is there is kept."""
    if not (folder / "snapshots.parquet").exists():
        _sandbox(["synthesize", str(folder), "--days", str(days), "--seed", str(seed)])
    return folder


def screen(history: Path, seed: int, plan: Sequence[Planned], age_days: float) -> list[Screened]:
    """Return what the audience gives to each video of the plan."""
    lines = "\n".join(json.dumps(asdict(video)) for video in plan)
    answer = _sandbox(["screen", str(history), "--seed", str(seed), "--age-days", str(age_days)], lines)
    found = [json.loads(line) for line in answer.splitlines()]
    if [one["id"] for one in found] != [video.id for video in plan]:
        raise Permanent("the sandbox did not answer for every video of the plan")
    return [Screened(one["views"], one["heat"]) for one in found]


def read_charts(history: Path) -> pd.DataFrame:
    """Return the rows of all charts with what is known of their videos, as the feature code takes them."""
    snapshots = pd.read_parquet(history / "snapshots.parquet")
    videos = pd.read_parquet(history / "videos.parquet")
    said = videos.assign(
        language=videos["audio_language"].fillna(videos["default_language"]), tag_count=videos["tags"].map(len)
    )
    facts = ["video_id", "title", "channel_id", "channel_title", "category_id", "published_at", "duration_seconds"]
    names = {"country": "region_code", "video_id": "youtube_video_id", "channel_id": "youtube_channel_id"}
    rows = snapshots.merge(said[[*facts, "language", "tag_count"]], on="video_id").rename(columns=names)
    rows["day"] = pd.to_datetime(rows["day"]).dt.date
    return rows.assign(region_code=rows["region_code"].astype(str))


def features(charts: pd.DataFrame) -> pd.DataFrame:
    """Return the contract's features and labels of ``charts``."""
    return compute(describe_videos(charts))


def _sandbox(arguments: list[str], given: str | None = None) -> str:
    done = subprocess.run([sys.executable, "-m", "sandbox", *arguments], input=given, capture_output=True, text=True)
    if done.returncode:
        raise Permanent(f"the sandbox ended with {done.returncode}: {done.stderr[-1_000:]}")
    return done.stdout
