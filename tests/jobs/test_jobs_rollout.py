"""During a rollout each channel is on one side of it, and its jobs say whose ranking chose their topic."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from ytempire.database.connection import Connection
from ytempire.jobs.queue import enqueue_due_jobs
from ytempire.rollouts import Rollout, place, running_rollout

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


@pytest.fixture
def begin(connection: Connection) -> Callable[..., Rollout]:
    def make(percentage: int, version: str = "2") -> Rollout:
        connection.execute(
            "INSERT INTO ytempire.model_rollouts (model_name, version, champion_version, percentage, started_on,"
            " stepped_on) VALUES ('trend', %s, '1', %s, '2026-11-20', '2026-11-20')",
            (version, percentage),
        )
        found = running_rollout(connection, "trend")
        assert found is not None
        return found

    return make


def tried(connection: Connection, topic: UUID, rollout_id: int, rank: int, *, only: bool = False) -> None:
    connection.execute(
        "UPDATE ytempire.topics SET rollout_id = %s, rollout_rank = %s, rollout_score = 1, rollout_by = 'trend v2',"
        " rank = CASE WHEN %s THEN NULL ELSE rank END WHERE topic_id = %s",
        (rollout_id, rank, only, topic),
    )


def jobs(connection: Connection) -> list[dict[str, Any]]:
    enqueue_due_jobs(connection, lambda: NOW)
    return connection.execute("SELECT * FROM ytempire.generation_jobs ORDER BY created_at").fetchall()


def test_the_share_grows_around_the_channels_that_are_in_it() -> None:
    channels = [uuid4() for _ in range(4_000)]
    rollout = Rollout(1, "trend", "2", "1", 5, "running", date(2026, 11, 1), date(2026, 11, 1))
    shares = {}
    for percentage in (5, 20, 100):
        at = Rollout(**{**rollout.__dict__, "percentage": percentage})
        shares[percentage] = {channel for channel in channels if at.arm(channel) == "challenger"}
    assert shares[5] < shares[20] < shares[100] == set(channels)
    assert 0.035 < len(shares[5]) / 4_000 < 0.065
    assert 0.175 < len(shares[20]) / 4_000 < 0.225
    other = {channel for channel in channels if place("trend", "3", channel) < 20}
    assert 0.02 < len(other & shares[20]) / 4_000 < 0.06


def test_the_challenger_chooses_for_its_channels_only(connection, begin, make_channel, make_topic) -> None:
    make_channel("One")
    first, second = make_topic("a", rank=1), make_topic("b", rank=2)
    rollout = begin(100)
    tried(connection, first, rollout.rollout_id, 2)
    tried(connection, second, rollout.rollout_id, 1)
    (job,) = jobs(connection)
    assert job["topic_id"] == second
    assert (job["ranked_by"], job["rollout_id"], job["rollout_arm"]) == ("trend v2", rollout.rollout_id, "challenger")


def test_other_channels_take_the_champions_best(connection, begin, make_channel, make_topic) -> None:
    make_channel("One")
    first, second, new = make_topic("a", rank=1), make_topic("b", rank=2), make_topic("c", rank=3)
    rollout = begin(0)
    tried(connection, second, rollout.rollout_id, 1)
    tried(connection, new, rollout.rollout_id, 2, only=True)
    (job,) = jobs(connection)
    assert (job["topic_id"], job["ranked_by"], job["rollout_arm"]) == (first, "velocity", "champion")
    connection.execute("UPDATE ytempire.topics SET status = 'expired' WHERE topic_id = %s", (second,))
    make_channel("Two")
    # What only the challenger proposed is offered to nobody else.
    assert len(jobs(connection)) == 1


def test_where_the_challenger_said_nothing_the_champions_ranking_stands(
    connection, begin, make_channel, make_topic
) -> None:
    make_channel("One")
    first = make_topic("a", rank=1)
    rollout = begin(100)
    (job,) = jobs(connection)
    assert (job["topic_id"], job["ranked_by"]) == (first, "velocity")
    assert (job["rollout_id"], job["rollout_arm"]) == (rollout.rollout_id, "challenger")


def test_the_ranking_of_a_rollout_that_is_over_decides_nothing(connection, begin, make_channel, make_topic) -> None:
    make_channel("One")
    first, second = make_topic("a", rank=1), make_topic("b", rank=2)
    tried(connection, second, begin(100).rollout_id, 1)
    connection.execute("UPDATE ytempire.model_rollouts SET state = 'returned', ended_at = now()")
    (job,) = jobs(connection)
    assert (job["topic_id"], job["ranked_by"], job["rollout_arm"]) == (first, "velocity", None)
    again = begin(100, version="3")
    connection.execute("UPDATE ytempire.generation_jobs SET day = day - 1, created_at = %s", (NOW - timedelta(1),))
    newest = jobs(connection)[-1]
    assert (newest["topic_id"], newest["rollout_id"]) == (second, again.rollout_id)
    assert newest["ranked_by"] == "velocity"
