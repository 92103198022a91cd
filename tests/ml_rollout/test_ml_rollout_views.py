"""The views of videos made from each side's topics, less what is usual for their channels."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest

from ml.rollout.evidence import gather
from ytempire.database.connection import Connection
from ytempire.rollouts import Rollout
from ytempire.settings import RolloutSettings

START = date(2026, 11, 1)
TODAY = date(2026, 12, 1)
SETTINGS = RolloutSettings()


@pytest.fixture
def rollout(connection: Connection) -> Rollout:
    row = connection.execute(
        "INSERT INTO ytempire.model_rollouts"
        " (model_name, version, champion_version, percentage, started_on, stepped_on)"
        " VALUES ('trend', '2', '1', 20, %(day)s, %(day)s) RETURNING *",
        {"day": START},
    ).fetchone()
    return Rollout(**row)


@pytest.fixture
def add_video(connection: Connection) -> Callable[..., None]:
    def add(channel: UUID, day: date, views: int, rollout_id: int | None = None, arm: str | None = None) -> None:
        slot = connection.execute("SELECT count(*) + 1 AS slot FROM ytempire.generation_jobs").fetchone()["slot"]
        job = connection.execute(
            "INSERT INTO ytempire.generation_jobs (channel_id, job_type, config, day, slot, status, rollout_id,"
            " rollout_arm) VALUES (%s, 'video', '{}', %s, %s, 'published', %s, %s) RETURNING job_id",
            (channel, day, slot, rollout_id, arm),
        ).fetchone()
        at = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=20)
        video = connection.execute(
            "INSERT INTO ytempire.videos (channel_id, job_id, youtube_video_id, title, status, published_at)"
            " VALUES (%s, %s, %s, 'A title', 'published', %s) RETURNING video_id",
            (channel, job["job_id"], f"video-{slot}", at),
        ).fetchone()
        for age, share in ((0, 0.6), (6, 0.4), (7, 5.0)):
            connection.execute(
                "INSERT INTO ytempire.video_metrics_daily (video_id, day, channel_id, views, likes, comments, shares,"
                " first_definition, last_definition) VALUES (%s, %s, %s, %s, 0, 0, 0, 'd', 'd')",
                (video["video_id"], day + timedelta(days=age), channel, round(views * share)),
            )

    return add


def views(connection: Connection, rollout: Rollout) -> tuple[float, float, int]:
    found = gather(connection, rollout, SETTINGS, TODAY).views
    return found.difference, found.high, found.n


def test_a_big_channel_does_not_make_its_side_look_better(connection, rollout, add_video, make_channel) -> None:
    rng = np.random.default_rng(5)
    for number in range(12):
        channel, arm = make_channel(f"Channel {number}"), "challenger" if number < 4 else "champion"
        size = 100_000 if arm == "challenger" else 1_000
        for before in range(30):
            add_video(channel, START - timedelta(days=12 + before), int(size * np.exp(rng.normal(0, 0.3))))
        for after in range(8):
            watched = int(size * np.exp(rng.normal(0, 0.3)) * (0.5 if arm == "challenger" else 1))
            add_video(channel, START + timedelta(days=after), watched, rollout.rollout_id, arm)
    difference, high, n = views(connection, rollout)
    assert n == 96
    assert difference == pytest.approx(np.log(0.5), abs=0.3)
    assert high < 0


def test_videos_whose_figures_are_not_all_there_yet_wait(connection, rollout, add_video, make_channel) -> None:
    channel = make_channel("One")
    ripe = TODAY - timedelta(days=SETTINGS.outcome_days + SETTINGS.outcome_wait_days)
    add_video(channel, ripe, 100, rollout.rollout_id, "champion")
    add_video(channel, ripe + timedelta(days=1), 100, rollout.rollout_id, "champion")
    assert views(connection, rollout)[1:] == (np.inf, 1)
