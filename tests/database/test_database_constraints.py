"""Wrong states are impossible, whoever writes."""

from __future__ import annotations

import psycopg
import pytest

from ytempire.database.connection import Connection

CHANNEL = "INSERT INTO ytempire.channels (youtube_channel_id, channel_name, niche) VALUES ('UC1', 'One', 'music')"
VIDEO = (
    "INSERT INTO ytempire.videos (channel_id, title, {column}) SELECT channel_id, 'A', {value} FROM ytempire.channels"
)
METRIC = """
INSERT INTO ytempire.video_metrics (time, video_id, day, {column})
SELECT '2026-11-01', video_id, '2026-11-01', {value} FROM ytempire.videos
"""


@pytest.fixture
def channel(connection: Connection) -> Connection:
    connection.execute(CHANNEL)
    return connection


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("status", "'lost'"), ("quality_score", "100.01"), ("quality_score", "-1"), ("generation_cost", "-0.01"),
        ("duration_seconds", "0"), ("status", "'published'"),
    ],
)  # fmt: skip
def test_a_video_in_a_wrong_state_is_refused(channel: Connection, column: str, value: str) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        channel.execute(VIDEO.format(column=column, value=value))


def test_a_score_of_a_hundred_fits(channel: Connection) -> None:
    channel.execute(VIDEO.format(column="quality_score", value="100"))


@pytest.mark.parametrize("column", ["views", "likes", "comments", "shares", "watch_time_minutes", "revenue_cents"])
def test_no_count_is_negative(channel: Connection, column: str) -> None:
    channel.execute(VIDEO.format(column="status", value="'processing'"))
    with pytest.raises(psycopg.errors.CheckViolation):
        channel.execute(METRIC.format(column=column, value="-1"))


def test_a_metric_belongs_to_a_video_and_stands_once(channel: Connection) -> None:
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        channel.execute(
            "INSERT INTO ytempire.video_metrics (time, video_id, day) VALUES (now(), gen_random_uuid(), '2026-11-01')"
        )
    channel.execute(VIDEO.format(column="status", value="'processing'"))
    channel.execute(METRIC.format(column="views", value="1"))
    with pytest.raises(psycopg.errors.UniqueViolation):
        channel.execute(METRIC.format(column="views", value="2"))


def test_unknown_revenue_is_null_and_not_zero(channel: Connection) -> None:
    channel.execute(VIDEO.format(column="status", value="'processing'"))
    channel.execute(METRIC.format(column="views", value="1"))
    assert channel.execute("SELECT revenue_cents FROM ytempire.video_metrics").fetchone() == {"revenue_cents": None}


def test_a_bucket_of_quota_is_never_overspent(connection: Connection) -> None:
    with pytest.raises(psycopg.errors.CheckViolation):
        connection.execute("INSERT INTO ytempire.quota_buckets VALUES ('default', '2026-11-01', 10, 11)")


def test_the_application_is_no_superuser(connection: Connection) -> None:
    row = connection.execute("SELECT rolsuper, rolcreaterole FROM pg_roles WHERE rolname = current_user").fetchone()
    assert row == {"rolsuper": False, "rolcreaterole": False}
