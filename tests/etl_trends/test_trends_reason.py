"""A reason is a sentence whose every number was measured."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from etl.trends.ranking import Candidate, Growth, scores_of
from etl.trends.reason import reason_for
from ytempire.content.topic import TopicVideo
from ytempire.errors import Retriable

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def candidate(growth: Growth | None, *, hours_old: float | None = 9, regions: tuple[str, ...] = ()) -> Candidate:
    video = TopicVideo(
        youtube_video_id="a",
        title="A",
        channel_title="Somebody",
        category_id=10,
        published_at=None if hours_old is None else NOW - timedelta(hours=hours_old),
        duration_seconds=1,
        views=12345,
        likes=None,
        comments=None,
        velocity_views_per_hour=None,
        best_rank=2 if regions else None,
        regions=list(regions),
    )
    return Candidate("music", NOW, video, growth)


@pytest.mark.parametrize(
    ("one", "watched", "expected"),
    [
        (
            candidate(Growth(1000, 1380, 24), regions=("US", "DE", "JP", "BR")),
            6,
            "+38 % views in 24 hours, in the charts of 4 of 6 countries, best rank 2",
        ),
        (
            candidate(Growth(1000, 994, 0.25), regions=("US",)),
            1,
            "−0.6 % views in 15 minutes, in the chart of 1 of 1 country, best rank 2",
        ),
        (candidate(Growth(1, 25001, 90)), 6, "+2,500,000 % views in 4 days, new from Somebody"),
        (candidate(Growth(0, 50, 3)), 6, "50 views in 3 hours, new from Somebody"),
        (candidate(None), 6, "12,345 views in the 9 hours since it was published, new from Somebody"),
        (
            candidate(None, hours_old=24 * 365 * 3),
            6,
            "12,345 views in the 3 years since it was published, new from Somebody",
        ),
        (candidate(None, hours_old=None), 6, "12,345 views, new from Somebody"),
        (candidate(None, hours_old=-1), 6, "12,345 views, new from Somebody"),
    ],
)
def test_the_reason_says_what_was_measured(one: Candidate, watched: int, expected: str) -> None:
    assert reason_for(one, watched) == expected


@pytest.mark.parametrize("scores", [[], [1.0, 2.0], [float("nan")], [float("inf")]])
def test_a_ranker_must_score_every_candidate_with_a_number(scores: list[float]) -> None:
    class Broken:
        name = "broken"

        def rank(self, candidates: list[Candidate]) -> list[float]:
            return scores

    with pytest.raises(Retriable, match="broken"):
        scores_of(Broken(), [candidate(None)])
