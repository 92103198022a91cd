"""A channel with an open topic, as the rooms before leave them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

import pytest
from psycopg.types.json import Jsonb
from upload_scene import agree

from ytempire.database.connection import Connection

NOW = datetime(2026, 11, 20, 18, 0, tzinfo=UTC)


def evidence(title: str = "Slow Rivers (Official Video)") -> dict:
    points = [
        {"at": f"2026-11-{day}T18:00:00Z", "region_code": "US", "rank": 30 - day, "views": 100_000 * day}
        for day in (17, 18, 19, 20)
    ]
    video = {
        "youtube_video_id": "abc123", "title": title, "channel_title": "A Band", "category_id": 10,
        "published_at": "2026-11-16T18:00:00Z", "duration_seconds": 213, "views": 2_000_000, "likes": 90_000,
        "comments": 4_000, "velocity_views_per_hour": 20_833.0, "best_rank": 3, "regions": ["US", "GB"],
        "points": points,
    }  # fmt: skip
    others = [
        video | {"youtube_video_id": f"other{n}", "title": f"Song number {n}", "views": 900_000 - n, "points": []}
        for n in range(5)
    ]
    return {"observed_at": NOW.isoformat(), "regions_watched": ["US", "GB", "DE"], "lead": video, "others": others}


@pytest.fixture
def make_channel(connection: Connection) -> Callable[..., UUID]:
    def make(name: str = "Music Now", niche: str = "music", videos_per_day: int = 1) -> UUID:
        row = connection.execute(
            "INSERT INTO ytempire.channels (youtube_channel_id, channel_name, niche) VALUES (%s, %s, %s) "
            "RETURNING channel_id",
            ("UC" + re.sub(r"\W", "", name), name, niche),
        ).fetchone()
        connection.execute(
            "INSERT INTO ytempire.channel_configurations (channel_id, credentials_id, videos_per_day, palette) "
            "VALUES (%s, 'youtube_test', %s, 'ink')",
            (row["channel_id"], videos_per_day),
        )
        agree(connection, row["channel_id"])
        return row["channel_id"]

    return make


@pytest.fixture
def make_topic(connection: Connection) -> Callable[..., UUID]:
    def make(story: str = "abc123", niche: str = "music", rank: int = 1) -> UUID:
        row = connection.execute(
            """
            INSERT INTO ytempire.topics (niche, story_key, title, rank, score, ranked_by, reason, evidence,
                                         first_seen_at, ranked_at, expires_at)
            VALUES (%s, %s, %s, %s, 1, 'velocity', 'rising', %s, now(), now(), now() + interval '1 day')
            RETURNING topic_id
            """,
            (niche, story, f"Topic {story}", rank, Jsonb(evidence())),
        ).fetchone()
        return row["topic_id"]

    return make


@pytest.fixture
def job_id(connection: Connection, make_channel: Callable[..., UUID], make_topic: Callable[..., UUID]) -> UUID:
    from ytempire.jobs.queue import enqueue_due_jobs

    make_channel()
    make_topic()
    (job,) = enqueue_due_jobs(connection, lambda: NOW)
    return job
