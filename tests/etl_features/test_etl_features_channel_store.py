"""What is known of our channels is kept every night: sound rows in a file of the day and in Redis, others apart."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pandas as pd
import pytest
from etl_rows import add_channel, add_video
from own_redis import own_redis

from etl.features.channel_store import folder, store_channel_features
from etl.features.channels import present_features
from etl.features.contract import CHANNEL_FEATURES
from ytempire.cache import Cache, features_key
from ytempire.database.connection import Connection
from ytempire.errors import ValidationFailed
from ytempire.settings import CacheSettings, Settings

NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(database_url=database_url, data_root=tmp_path)


@pytest.fixture
def channels(connection: Connection) -> list[UUID]:
    """One with a video of yesterday, one with more clicks than impressions, one that is archived."""
    found = [add_channel(connection, f"UC{name}") for name in ("sound", "odd", "archived")]
    connection.execute("UPDATE ytempire.channels SET status = 'archived' WHERE channel_id = %s", [found[2]])
    for channel, clicks in zip(found, (5, 50, 5), strict=True):
        video = add_video(connection, channel, f"video {channel}", NOW - timedelta(days=2))
        connection.execute(
            "INSERT INTO ytempire.video_metrics_daily (video_id, day, channel_id, views, likes, comments, shares,"
            " watch_time_minutes, impressions, clicks, first_definition, last_definition)"
            " VALUES (%s, '2026-11-21', %s, 100, 1, 1, 1, 50, 40, %s, 'new', 'new')",
            [video, channel, clicks],
        )
        connection.execute(
            "INSERT INTO ytempire.analytics_slices (channel_id, report, day, status, row_count, fetched_at, run_id)"
            " VALUES (%s, 'video_daily', '2026-11-21', 'loaded', 1, %s, 'run')",
            [channel, NOW - timedelta(hours=1)],
        )
    return found


def test_sound_features_are_kept_and_others_are_in_quarantine(
    connection: Connection, settings: Settings, channels: list[UUID]
) -> None:
    with own_redis() as server:
        cache = Cache(server.url, CacheSettings())
        stored = store_channel_features(connection, settings, "night", NOW, cache=cache)
        again = store_channel_features(connection, settings, "night", NOW, cache=cache)
        assert server.client.exists(features_key(channels[0])) and not server.client.exists(features_key(channels[1]))
        kept = present_features(connection, channels[0], NOW, cache=cache)
    assert kept == present_features(connection, channels[0], NOW)
    assert (stored.channels, stored.refused) == (1, 1) and again == stored
    rows = connection.execute("SELECT source, channel_id, reason FROM ytempire.quarantined_rows").fetchall()
    assert [tuple(row.values()) for row in rows] == [
        ("channel_features", channels[1], "more clicks than impressions")
    ]  # fmt: skip
    frame = pd.read_parquet(folder(settings) / "day=2026-11-22.parquet")
    assert list(frame["channel_id"]) == [str(channels[0])]
    for feature in CHANNEL_FEATURES:
        value = kept.values[feature.name]
        assert frame[feature.name].isna()[0] if value is None else frame[feature.name][0] == value


def test_without_redis_the_same_is_kept(connection: Connection, settings: Settings, channels: list[UUID]) -> None:
    stored = store_channel_features(connection, settings, "night", NOW)
    frame = pd.read_parquet(str(stored.path))
    away = Cache("redis://127.0.0.1:1/0", CacheSettings())
    assert store_channel_features(connection, settings, "night", NOW, cache=away) == stored
    pd.testing.assert_frame_equal(pd.read_parquet(str(stored.path)), frame)
    assert present_features(connection, channels[0], NOW, cache=away).values["log_views_28"] == frame["log_views_28"][0]


def test_what_could_not_be_verified_is_not_kept(
    connection: Connection, settings: Settings, channels: list[UUID], tmp_path: Path
) -> None:
    (tmp_path / "channel_features.json").write_text(
        '{"name": "channel_features", "expectations":'
        ' [{"type": "expect_column_values_to_not_be_null", "kwargs": {"column": "no such column"}}]}'
    )
    analytics = settings.analytics.model_copy(update={"suites": tmp_path})
    blind = settings.model_copy(update={"analytics": analytics})
    with pytest.raises(ValidationFailed):
        store_channel_features(connection, blind, "night", NOW)
    assert not folder(settings).exists()
