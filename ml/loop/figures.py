"""What came out: each arm's views with intervals over the seeds, and a picture of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import stats

from ml.loop.world import Screened

_LEVEL = 0.95


@dataclass(frozen=True)
class Span:
    """A mean over the seeds and its 95 % interval (Student's t)."""

    mean: float
    low: float
    high: float


def span(values: Sequence[float]) -> Span:
    """Return the mean of the seeds' values and its interval; as wide as all numbers for a single seed."""
    mean = float(np.mean(values))
    if len(values) < 2:
        return Span(mean, -np.inf, np.inf)
    width = float(stats.t.ppf((1 + _LEVEL) / 2, len(values) - 1) * stats.sem(values))
    return Span(mean, mean - width, mean + width)


def summary(videos: Sequence[Screened]) -> dict[str, float]:
    """Return an arm's figures in one seed: views of a video, their logarithm, heat of the topics."""
    views = np.array([video.views for video in videos], dtype=np.float64)
    return {
        "videos": float(len(videos)),
        "views": float(views.mean()),
        "median_views": float(np.median(views)),
        "log_views": float(np.log1p(views).mean()),
        "heat": float(np.mean([video.heat for video in videos])),
    }


def gain(seeds: Sequence[Mapping[str, Mapping[str, float]]], arm: str, other: str) -> Span:
    """Return by what share an arm's views are more than another's, seed by seed."""
    return span([seed[arm]["views"] / seed[other]["views"] - 1 for seed in seeds])


def draw(path: Path, seeds: Sequence[Mapping[str, Mapping[str, float]]], arms: Sequence[str], title: str) -> None:
    """Draw views of a video by arm: a dot a seed, the mean with its interval."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7.2, 3.2), dpi=150)
    for place, arm in enumerate(reversed(arms)):
        values = [seed[arm]["views"] for seed in seeds]
        found = span(values)
        axes.plot(
            values, [place] * len(values), "o", color="#9aa5b1", markersize=6, label="one seed" if not place else ""
        )
        axes.errorbar(
            found.mean, place, xerr=[[found.mean - found.low], [found.high - found.mean]], fmt="D", color="#1f4e79",
            capsize=4, label="mean, 95 % interval" if not place else "",
        )  # fmt: skip
    axes.set_yticks(range(len(arms)), list(reversed(arms)))
    axes.set_ylim(-0.6, len(arms) - 0.4)
    axes.set_xlabel("views of a video in its first days")
    axes.set_title(title, fontsize=10, loc="left")
    axes.grid(axis="x", alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8, loc="best")
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path)
    plt.close(figure)
