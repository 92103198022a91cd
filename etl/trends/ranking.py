"""What may become a topic, and who says which is first."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ytempire.content.topic import TopicVideo
from ytempire.errors import Retriable


@dataclass(frozen=True)
class Growth:
    """Views over a measured stretch, at most a day: from ``before`` to ``after`` in ``hours``."""

    before: int
    after: int
    hours: float


@dataclass(frozen=True)
class Candidate:
    """A video of a niche that is watched now, with what was observed of it up to ``observed_at``.

    ``growth`` is None where it was seen only once; ``acceleration`` is what its
    views an hour gained in an hour, None where it was seen fewer than three times;
    ``sources`` are those that showed or told of it.
    """

    niche: str
    observed_at: datetime
    video: TopicVideo
    growth: Growth | None
    acceleration: float | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scored:
    """A candidate and its score; a higher one is a better topic."""

    candidate: Candidate
    score: float


class Ranker(Protocol):
    """Gives each candidate a score; a higher one is a better topic."""

    @property
    def name(self) -> str:
        """What is recorded as ``ranked_by``, at most 100 characters."""

    def rank(self, candidates: list[Candidate]) -> list[float]:
        """Return one finite score for each candidate, in their order."""


@dataclass(frozen=True)
class Trial:
    """A ranker that a rollout tries beside the one that ranks: it decides for the rollout's channels only."""

    rollout_id: int
    ranker: Ranker


class VelocityRanker:
    """Ranks by views an hour: what stands in until there is a model, and when it fails."""

    name = "velocity"

    def rank(self, candidates: list[Candidate]) -> list[float]:
        """Return the velocity in views an hour, 0 where it is unknown."""
        return [candidate.video.velocity_views_per_hour or 0.0 for candidate in candidates]


def scores_of(ranker: Ranker, candidates: list[Candidate]) -> list[float]:
    """Return a ranker's scores. Raises Retriable when they are not one finite number a candidate."""
    scores = [float(score) for score in ranker.rank(candidates)]
    if len(scores) != len(candidates):
        raise Retriable(f"{ranker.name} gave {len(scores)} scores for {len(candidates)} candidates")
    if not all(math.isfinite(score) for score in scores):
        raise Retriable(f"{ranker.name} gave a score that is no number")
    return scores
