"""Texts of strangers' videos are refreshed or deleted in time, over HTTP against the sandbox, also while it is down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from etl_rows import add_channel
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from psycopg.types.json import Jsonb

from ytempire.compliance.data_classes import CLASSES
from ytempire.compliance.public_data import WITHDRAWN, delete_overdue, overdue, refresh
from ytempire.database.connection import Connection, load_sql
from ytempire.settings import ComplianceSettings, Settings, YouTubeSettings
from ytempire.youtube.client import YouTubeClient

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def settings(sandbox_url: str) -> Settings:
    return Settings(youtube=YouTubeSettings(root_url=f"{sandbox_url}/", max_attempts=2, backoff_initial_seconds=0.01))


@pytest.fixture
def client(settings: Settings, sandbox_url: str) -> Iterator[YouTubeClient]:
    httpx.post(f"{sandbox_url}/control/clock", json={"now": NOW.isoformat()}).raise_for_status()
    with YouTubeClient(settings.youtube, api_key="key") as opened:
        yield opened


@pytest.fixture
def charting(client: YouTubeClient) -> list[str]:
    return [video.youtube_video_id for video in client.most_popular("US", 50).value]


def add_text(connection: Connection, video: str, age: timedelta, *, seen: timedelta | None = DAY) -> None:
    connection.execute(
        "INSERT INTO ytempire.trend_videos (youtube_video_id, title, refreshed_at) VALUES (%s, 'as it was', %s)",
        [video, NOW - age],
    )
    if seen is not None:
        connection.execute(
            "INSERT INTO ytempire.trend_snapshots (fetched_at, source, region_code, youtube_video_id)"
            " VALUES (%s, 'chart', 'US', %s)",
            [NOW - seen, video],
        )


def texts(connection: Connection) -> dict[str, str]:
    rows = connection.execute("SELECT youtube_video_id, title FROM ytempire.trend_videos")
    return {row["youtube_video_id"]: row["title"] for row in rows}


def add_topic(connection: Connection, age: timedelta, *, used: bool = False) -> None:
    topic = connection.execute(
        "INSERT INTO ytempire.topics (niche, story_key, title, status, score, ranked_by, reason, evidence,"
        " first_seen_at, ranked_at, expires_at) VALUES ('music', %s, 'A stranger''s title', %s, 3.5, 'velocity',"
        " 'A stranger rose', %s, %s, %s, %s) RETURNING topic_id",
        [f"story-{age}-{used}", "taken" if used else "expired", Jsonb({"lead": {"title": "A stranger's title"}}),
         NOW - age, NOW - age, NOW - age + DAY],
    ).fetchone()["topic_id"]  # fmt: skip
    if used:
        connection.execute(
            "INSERT INTO ytempire.generation_jobs (channel_id, job_type, config, day, slot, topic_id)"
            " VALUES (%s, 'video', %s, '2026-10-01', 1, %s)",
            [add_channel(connection, f"UC{age.days}"), Jsonb({"topic": "A stranger's title"}), topic],
        )


def test_what_is_of_use_is_asked_for_again_before_its_time_is_over(
    connection: Connection, client: YouTubeClient, settings: Settings, charting: list[str]
) -> None:
    for video in charting[:3]:
        add_text(connection, video, 25 * DAY)
    add_text(connection, charting[3], 5 * DAY)
    add_text(connection, charting[4], 25 * DAY, seen=None)

    summary = refresh(connection, client, settings, run_id="run", now=NOW, of_use_days=60)

    assert (summary.due, summary.refreshed, summary.gone, summary.stopped_by) == (3, 3, 0, None)
    known = texts(connection)
    assert "as it was" not in {known[video] for video in charting[:3]}
    assert {known[video] for video in charting[3:5]} == {"as it was"}
    fresh = connection.execute("SELECT min(refreshed_at) AS at FROM ytempire.trend_videos WHERE title <> 'as it was'")
    assert fresh.fetchone()["at"] >= NOW
    assert refresh(connection, client, settings, run_id="again", now=NOW, of_use_days=60).due == 0


def test_a_video_that_no_longer_exists_is_forgotten_at_once_and_recorded(
    connection: Connection, client: YouTubeClient, settings: Settings, charting: list[str]
) -> None:
    add_text(connection, charting[0], 25 * DAY)
    add_text(connection, "gone-video", 25 * DAY)
    assert refresh(connection, client, settings, run_id="run", now=NOW, of_use_days=60).gone == 1
    assert set(texts(connection)) == {charting[0]}
    row = connection.execute("SELECT details, done_count FROM ytempire.deletions").fetchone()
    assert row == {"details": {"youtube_video_ids": ["gone-video"]}, "done_count": 1}


def test_an_answer_that_could_be_read_only_in_part_condemns_nobody(
    connection: Connection, client: YouTubeClient, settings: Settings, sandbox_url: str
) -> None:
    add_text(connection, "unreadable", 25 * DAY)
    body = {"items": [{"id": "unreadable"}]}
    httpx.post(
        f"{sandbox_url}/control/faults", json={"times": -1, "path": "videos", "status": 200, "body": body}
    ).raise_for_status()
    assert refresh(connection, client, settings, run_id="run", now=NOW, of_use_days=60).gone == 0
    assert set(texts(connection)) == {"unreadable"}


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 503},
        {"status": 403, "reason": "quotaExceeded"},
        {"cut": "before"},
        {"status": 200, "body": "no JSON object"},
    ],
)
def test_while_youtube_is_down_texts_wait_until_their_deadline_and_then_go(
    connection: Connection, client: YouTubeClient, settings: Settings, charting: list[str], sandbox_url: str,
    fault: dict[str, object],
) -> None:  # fmt: skip
    add_text(connection, charting[0], 25 * DAY)
    httpx.post(
        f"{sandbox_url}/control/faults", json={"times": -1, "path": "youtube/v3/videos", **fault}
    ).raise_for_status()
    for days_later in range(5):
        now = NOW + days_later * DAY
        summary = refresh(connection, client, settings, run_id=f"run-{days_later}", now=now, of_use_days=60)
        assert summary.stopped_by
        assert summary.refreshed == 0
        delete_overdue(connection, settings, run_id=f"run-{days_later}", now=now)
        # The run of the fourth day is the last that comes before the text is 30 days old.
        assert bool(texts(connection)) is (days_later < 4)
    row = connection.execute("SELECT policy, subject, planned_count, done_count FROM ytempire.deletions").fetchone()
    assert row == {"policy": "public_texts", "subject": "trend_videos", "planned_count": 1, "done_count": 1}


def test_no_more_than_the_units_of_a_run_are_spent(
    connection: Connection, client: YouTubeClient, settings: Settings, charting: list[str], sandbox_url: str
) -> None:
    for video in charting:
        add_text(connection, video, 21 * DAY)
    for number in range(60):
        add_text(connection, f"other-{number}", 22 * DAY)
    frugal = settings.model_copy(update={"compliance": ComplianceSettings(refresh_units=1)})
    assert refresh(connection, client, frugal, run_id="run", now=NOW, of_use_days=60).due == 50
    assert len(texts(connection)) == 60


def test_topics_lose_their_texts_in_time_and_used_ones_keep_their_numbers(
    connection: Connection, settings: Settings
) -> None:
    for age in (20 * DAY, 29 * DAY):
        add_topic(connection, age)
        add_topic(connection, age, used=True)

    summary = delete_overdue(connection, settings, run_id="run", now=NOW)

    assert (summary.topics_deleted, summary.topics_withdrawn) == (1, 1)
    rows = connection.execute(
        "SELECT title, reason, evidence, score FROM ytempire.topics ORDER BY ranked_at"
    ).fetchall()
    assert rows[0] == {"title": WITHDRAWN, "reason": WITHDRAWN, "evidence": {}, "score": 3.5}
    assert [row["title"] for row in rows[1:]] == ["A stranger's title"] * 2
    jobs = connection.execute("SELECT config ->> 'topic' AS topic FROM ytempire.generation_jobs ORDER BY 1").fetchall()
    assert {row["topic"] for row in jobs} == {WITHDRAWN, "A stranger's title"}
    again = delete_overdue(connection, settings, run_id="again", now=NOW)
    assert (again.topics_deleted, again.topics_withdrawn) == (0, 0)


def test_what_feeds_told_goes_in_time_and_what_they_tell_again_stays(
    connection: Connection, settings: Settings
) -> None:
    def told(entry: str, age: timedelta) -> None:
        story = {"feed": "https://feed.example/stories", "entry_id": entry, "title": f"Told {entry}", "link": None}
        times = {"published_at": NOW - 40 * DAY, "seen_at": NOW - age}
        connection.execute(load_sql("etl.trends", "story_upsert"), story | times)

    told("young", 20 * DAY)
    told("old", 29 * DAY)
    told("again", 29 * DAY)
    told("again", 2 * DAY)
    assert overdue(connection, settings, NOW).stories == 1
    assert delete_overdue(connection, settings, run_id="run", now=NOW).stories_deleted == 1
    left = connection.execute("SELECT entry_id FROM ytempire.trend_stories ORDER BY 1").fetchall()
    assert [row["entry_id"] for row in left] == ["again", "young"]
    row = connection.execute("SELECT policy, subject, planned_count, done_count FROM ytempire.deletions").fetchone()
    assert row == {"policy": "feed_texts", "subject": "trend_stories", "planned_count": 1, "done_count": 1}


def test_runs_a_day_apart_never_let_a_text_grow_too_old(connection: Connection, settings: Settings) -> None:
    rules = settings.compliance

    @examples(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        ages=st.lists(st.integers(0, 40 * 24), max_size=8, unique=True),
        delays=st.lists(st.integers(20, 26), min_size=3, max_size=3),
    )
    def check(ages: list[int], delays: list[int]) -> None:
        connection.execute("DELETE FROM ytempire.trend_videos")
        for age in ages:
            add_text(connection, f"video-{age}", timedelta(hours=age), seen=None)
        now = NOW
        for number, delay in enumerate(delays):
            delete_overdue(connection, settings, run_id=f"run-{number}", now=now)
            now += timedelta(hours=delay)
            oldest = connection.execute("SELECT min(refreshed_at) AS at FROM ytempire.trend_videos").fetchone()["at"]
            assert oldest is None or now - oldest <= timedelta(days=rules.refresh_or_delete_days)
        first = overdue(connection, settings, NOW).deadline
        assert {name for name in texts(connection)} <= {f"video-{age}" for age in ages}
        young = {f"video-{age}" for age in ages if NOW - timedelta(hours=age) >= first + timedelta(hours=sum(delays))}
        assert young <= set(texts(connection))

    check()


def test_every_class_names_tables_that_there_are(connection: Connection) -> None:
    tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'ytempire'").fetchall()
    assert {table for one in CLASSES for table in one.tables} <= {row["tablename"] for row in tables}
    assert {one.authorised for one in CLASSES} == {True, False}


def test_a_refresh_that_would_come_too_late_is_refused() -> None:
    with pytest.raises(ValueError, match="less than"):
        ComplianceSettings(refresh_after_days=30)
