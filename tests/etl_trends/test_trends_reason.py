"""A reason is a sentence whose every number was measured."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from etl.trends.ranking import Candidate, Growth, scores_of
from etl.trends.reason import Standing, reason_for
from etl.trends.same_story import Telling
from etl.trends.stories import Story
from ytempire.content.topic import TopicVideo
from ytempire.errors import Retriable

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def candidate(
    growth: Growth | None,
    *,
    hours_old: float | None = 9,
    regions: tuple[str, ...] = (),
    acceleration: float | None = None,
) -> Candidate:
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
    return Candidate("music", NOW, video, growth, acceleration)


def story(*members: Candidate, feeds: tuple[str, ...] = ()) -> Story:
    return Story(1.0, members, Telling.of("A", np.zeros(3, dtype=np.float32)), frozenset(feeds))


@pytest.mark.parametrize(
    ("one", "watched", "expected"),
    [
        (
            candidate(Growth(1000, 1380, 24), regions=("US", "DE", "JP", "BR")),
            6,
            "+38 % views in 24 hours, in the charts of 4 of 6 countries, best rank 2, began 9 hours ago",
        ),
        (
            candidate(Growth(1000, 994, 0.25), regions=("US",)),
            1,
            "−0.6 % views in 15 minutes, in the chart of 1 of 1 country, best rank 2, began 9 hours ago",
        ),
        (candidate(Growth(1, 25001, 90)), 6, "+2,500,000 % views in 4 days, new from Somebody, began 9 hours ago"),
        (candidate(Growth(0, 50, 3)), 6, "50 views in 3 hours, new from Somebody, began 9 hours ago"),
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
    assert reason_for(story(one), Standing(watched)) == expected


@pytest.mark.parametrize(
    ("acceleration", "pace"),
    [(None, ""), (0.1, ""), (5.0, ", speeding up"), (-5.0, ", slowing down")],
)
def test_the_reason_says_whether_it_speeds_up(acceleration: float | None, pace: str) -> None:
    one = candidate(Growth(1000, 2200, 24), acceleration=acceleration)
    assert (
        reason_for(story(one), Standing(6)) == f"+120 % views in 24 hours{pace}, new from Somebody, began 9 hours ago"
    )


def test_the_reason_says_who_tells_it_and_who_has_covered_it() -> None:
    lead = candidate(Growth(1000, 1380, 24), regions=("US",))
    told = story(lead, candidate(None, hours_old=30, regions=("DE", "US")), feeds=("https://a", "https://b"))
    assert reason_for(told, Standing(6, channels_covering=1, channels=3)) == (
        "+38 % views in 24 hours, in the charts of 2 of 6 countries, best rank 2, told by 2 videos and 2 feeds,"
        " began 30 hours ago, covered by 1 of our 3 channels"
    )


@pytest.mark.parametrize("scores", [[], [1.0, 2.0], [float("nan")], [float("inf")]])
def test_a_ranker_must_score_every_candidate_with_a_number(scores: list[float]) -> None:
    class Broken:
        name = "broken"

        def rank(self, candidates: list[Candidate]) -> list[float]:
            return scores

    with pytest.raises(Retriable, match="broken"):
        scores_of(Broken(), [candidate(None)])
