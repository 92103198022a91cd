"""How often two titles that are joined tell the same story, at several thresholds, on the real charts.

Nobody has labelled the history, but time has: two videos of different channels that were published more than
45 days apart hardly ever tell the same story, two that chart on the same day may. So the share of joined pairs
among the far ones is the rate of false joins, and what the same rate makes among the near ones is subtracted:
precision = 1 - rate(far) / rate(near). It is a lower bound: trailers of one film also come months apart.
`ours` is how many pairs are rightly joined (joined times precision) at the threshold of the settings; against it stand
the cosine alone and the titles as they are, in which "(Official Video)" still stands, each at the lowest threshold at
which its precision is as good. Needs YTEMPIRE_TREND_HISTORY.
Run: python benchmarks/same_story.py
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from etl.trends.same_story import shares_words, telling_words, told
from ytempire.quality.encoder import encoder
from ytempire.settings import get_settings

COUNTRIES = ["US", "GB", "DE", "IN", "BR", "JP", "FR", "MX"]
DAYS = [date(2025, 12, 20) + timedelta(days=60 * number) for number in range(4)]
FAR_DAYS = 45
THRESHOLDS = (0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9)


@dataclass(frozen=True)
class Titles:
    """Titles with their channels, when they were published (days), and who charted on each of the days."""

    titles: list[str]
    channels: np.ndarray[Any, Any]
    published: np.ndarray[Any, Any]
    charting: list[np.ndarray[Any, Any]]


def read_titles(folder: Path) -> Titles:
    """Read the titles of some days and countries out of the history."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    wanted = pc.field("country").isin(COUNTRIES) & pc.field("day").isin(DAYS)
    rows = pq.read_table(folder / "snapshots.parquet", columns=["day", "video_id", "country"], filters=wanted)
    ids = rows["video_id"].cast(pa.string())
    columns = ["video_id", "title", "channel_id", "published_at"]
    known = pc.field("video_id").isin(pc.unique(ids))
    videos = pq.read_table(folder / "videos.parquet", columns=columns, filters=known).to_pylist()
    place = {video["video_id"]: number for number, video in enumerate(videos)}
    charts: dict[date, set[int]] = {day: set() for day in DAYS}
    for day, video in zip(rows["day"].to_pylist(), ids.to_pylist(), strict=True):
        if video in place:
            charts[day].add(place[video])
    return Titles(
        [video["title"] for video in videos],
        np.array([video["channel_id"] for video in videos]),
        np.array([video["published_at"].timestamp() / 86_400 for video in videos]),
        [np.array(sorted(charts[day]), dtype=int) for day in DAYS],
    )


def pairs(data: Titles) -> Iterator[tuple[bool, np.ndarray[Any, Any], np.ndarray[Any, Any]]]:
    """Whether they are far, and the two places, of all pairs of different channels near or far in time."""
    for number, one in enumerate(data.charting):
        for other in data.charting[number:]:
            far = other is not one
            first, second = (part.ravel() for part in np.meshgrid(one, other, indexing="ij"))
            keep = data.channels[first] != data.channels[second]
            if far:
                keep &= np.abs(data.published[first] - data.published[second]) > FAR_DAYS
            else:
                keep &= first < second
            yield far, first[keep], second[keep]


def precision(data: Titles, vectors: Any, *, words: bool) -> list[tuple[int, int, float]]:
    """For each threshold the joined pairs near and far in time, and the precision that follows."""
    telling = [telling_words(title) for title in data.titles]
    joined = np.zeros((2, len(THRESHOLDS)), dtype=int)
    counted = np.zeros(2, dtype=int)
    for far, first, second in pairs(data):
        counted[int(far)] += len(first)
        cosines = np.einsum("ij,ij->i", vectors[first], vectors[second])
        like = np.flatnonzero(cosines >= THRESHOLDS[0])
        for place in like:
            if not words or shares_words(telling[first[place]], telling[second[place]]):
                joined[int(far), : np.searchsorted(THRESHOLDS, cosines[place], side="right")] += 1
    rates = joined / counted[:, None]
    sure = 1 - rates[1] / np.maximum(rates[0], 1e-12)
    return [(int(near), int(far), float(value)) for near, far, value in zip(*joined, sure, strict=True)]


def main() -> None:
    """Measure the three ways, and print all thresholds."""
    settings = get_settings()
    if settings.trend_history is None:
        raise SystemExit("YTEMPIRE_TREND_HISTORY names no history: only real titles can be measured")
    data = read_titles(settings.trend_history)
    started = time.perf_counter()
    plain = encoder().embed([told(title) for title in data.titles])
    print(f"{len(data.titles):,} titles embedded in {time.perf_counter() - started:.1f} s", flush=True)
    whole = encoder().embed(data.titles)
    ways = {"ours": (plain, True), "cosine alone": (plain, False), "whole titles": (whole, True)}
    right: dict[str, float] = {}
    needed = 1.0
    for name, (vectors, words) in ways.items():
        found = dict(zip(THRESHOLDS, precision(data, vectors, words=words), strict=True))
        for threshold, (near, far, sure) in found.items():
            print(f"{name:14} {threshold:.2f}: {near:5} pairs joined, {far:5} far ones, precision {sure:.3f}")
        if name == "ours":
            near, _, needed = found[settings.trends.story_similarity]
            right[name] = near * needed
        else:
            right[name] = max((near * sure for near, _, sure in found.values() if sure >= needed), default=0.0)
    ours = round(right.pop("ours"))
    against = {f"{name}, precision {needed:.2f}": round(value) for name, value in right.items()}
    ratio = {name: round(ours / max(value, 1), 2) for name, value in against.items()}
    print(json.dumps({"name": "same_story", "ours": ours, "unit": "true joins", "against": against, "ratio": ratio}))


if __name__ == "__main__":
    main()
