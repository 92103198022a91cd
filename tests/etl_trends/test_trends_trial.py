"""The ranking of a rollout's challenger stands beside the champion's and changes nothing in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from etl.trends.ranking import Candidate, Scored
from etl.trends.stories import join
from etl.trends.topics import publish_topics
from ytempire.content.topic import TopicVideo
from ytempire.database.connection import Connection
from ytempire.settings import TrendSettings

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SETTINGS = TrendSettings(topics_per_niche=2)
RNG = np.random.default_rng(1)
VECTORS = {name: vector / np.linalg.norm(vector) for name in "abcd" for vector in [RNG.normal(size=384)]}
TITLES = {"a": "Slow rivers of the north", "b": "Grand final", "c": "Cooking with fire", "d": "A quiet engine"}


def stories(order: str) -> dict[str, Any]:
    known: dict[str, Any] = {"channel_title": "C", "category_id": 10, "published_at": None, "duration_seconds": 9}
    known |= {
        "views": 9,
        "likes": None,
        "comments": None,
        "velocity_views_per_hour": 1.0,
        "best_rank": 1,
        "regions": ["US"],
    }
    ranked = [
        Scored(
            Candidate("music", NOW, TopicVideo(youtube_video_id=name, title=TITLES[name], **known), None), 10.0 - place
        )
        for place, name in enumerate(order)
    ]
    return {"music": join(ranked, {name: VECTORS[name].astype(np.float32) for name in order}, similarity=0.9)}


def publish(connection: Connection, order: str, by: str, rollout_id: int | None = None, minutes: int = 0) -> None:
    publish_topics(
        connection,
        SETTINGS,
        stories(order),
        now=NOW + timedelta(minutes=minutes),
        regions_watched=["US"],
        ranked_by=by,
        rollout_id=rollout_id,
    )


def topics(connection: Connection) -> dict[str, dict[str, Any]]:
    rows = connection.execute("SELECT * FROM ytempire.topics")
    return {row["story_key"]: row for row in rows}


@pytest.fixture
def rollout_id(connection: Connection) -> int:
    row = connection.execute(
        "INSERT INTO ytempire.model_rollouts"
        " (model_name, version, champion_version, percentage, started_on, stepped_on)"
        " VALUES ('trend', '2', '1', 5, '2026-11-20', '2026-11-20') RETURNING rollout_id"
    ).fetchone()
    return row["rollout_id"]


def test_both_rankings_stand_side_by_side(connection: Connection, rollout_id: int) -> None:
    publish(connection, "abcd", "trend v1")
    before = topics(connection)
    publish(connection, "dbac", "trend v2", rollout_id)
    after = topics(connection)
    assert {key: (row["rank"], row["rollout_rank"]) for key, row in after.items()} == {
        "a": (1, None),
        "b": (2, 2),
        "d": (None, 1),
    }
    assert (after["d"]["rollout_by"], after["d"]["rollout_id"]) == ("trend v2", rollout_id)
    kept = ("rank", "score", "ranked_by", "title", "reason", "evidence", "videos")
    assert all(after[key].get(name) == row.get(name) for key, row in before.items() for name in kept)


def test_a_new_ranking_forgets_the_last_trial(connection: Connection, rollout_id: int) -> None:
    publish(connection, "abcd", "trend v1")
    publish(connection, "dbac", "trend v2", rollout_id)
    publish(connection, "dcba", "trend v1", minutes=15)
    found = topics(connection)
    assert {key: (row["rank"], row["rollout_rank"]) for key, row in found.items()} == {
        "a": (None, None),
        "b": (None, None),
        "c": (2, None),
        "d": (1, None),
    }


def test_what_a_job_took_is_not_offered_again(connection: Connection, rollout_id: int) -> None:
    publish(connection, "abcd", "trend v1")
    connection.execute("UPDATE ytempire.topics SET status = 'taken' WHERE story_key = 'a'")
    publish(connection, "adbc", "trend v2", rollout_id)
    found = topics(connection)
    assert (found["a"]["status"], found["a"]["rollout_rank"]) == ("taken", None)
    assert [found[key]["rollout_rank"] for key in "db"] == [1, 2]
