"""Features of channels know what was known at their moment, and Redis changes none of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from math import log, log1p
from uuid import UUID

import pytest
from etl_rows import add_channel, add_video
from own_redis import own_redis

from etl.features.channels import channel_features, present_features
from etl.features.contract import CHANNEL_FEATURES, channel_contract_version
from ytempire.cache import Cache, features_key
from ytempire.clock import pacific_day_start
from ytempire.database.connection import Connection
from ytempire.settings import CacheSettings

NOW = datetime(2026, 11, 22, 20, tzinfo=UTC)
TODAY = date(2026, 11, 22)


def add_day(
    connection: Connection, channel: UUID, video: UUID, day: date, views: int, fetched_at: datetime, **values: object
) -> None:
    row = {
        "video_id": video, "day": day, "channel_id": channel, "views": views, "likes": views // 10, "comments": 2,
        "shares": 1, "watch_time_minutes": views * 2, "first_definition": "new", "last_definition": "new",
    } | values  # fmt: skip
    names, places = ", ".join(row), ", ".join(f"%({name})s" for name in row)
    connection.execute(f"INSERT INTO ytempire.video_metrics_daily ({names}) VALUES ({places})", row)
    connection.execute(
        "INSERT INTO ytempire.analytics_slices (channel_id, report, day, status, row_count, fetched_at, run_id)"
        " VALUES (%s, 'video_daily', %s, 'loaded', 1, %s, 'run')"
        " ON CONFLICT (channel_id, report, day) DO UPDATE SET fetched_at = excluded.fetched_at",
        [channel, day, fetched_at],
    )


@pytest.fixture
def channel(connection: Connection) -> UUID:
    """Three weeks of a channel with one video: 100 views a day, 200 in the last week."""
    channel = add_channel(connection, "UCfeatures")
    video = add_video(connection, channel, "the video", NOW - timedelta(days=22))
    for age in range(1, 22):
        day = TODAY - timedelta(days=age)
        fetched = pacific_day_start(day) + timedelta(days=1, hours=6)
        add_day(connection, channel, video, day, 200 if age <= 7 else 100, min(fetched, NOW - timedelta(minutes=1)))
    return channel


def values(connection: Connection, channel: UUID, as_of: datetime = NOW) -> dict[str, float | None]:
    (found,) = channel_features(connection, [(channel, as_of)])
    assert list(found.values) == [feature.name for feature in CHANNEL_FEATURES]
    return found.values


def test_sums_rates_and_growth_are_those_of_the_known_days(connection: Connection, channel: UUID) -> None:
    found = values(connection, channel)
    assert (found["days_known_7"], found["days_known_28"]) == (7, 21)
    assert found["log_views_7"] == log1p(1400) and found["log_views_28"] == log1p(2800)
    assert found["views_growth"] == pytest.approx(log(2) / 7) == found["watch_growth"]
    assert (found["likes_per_view"], found["minutes_per_view"], found["best_share"]) == (0.1, 2, 1)
    assert found["days_since_published"] == pytest.approx(22) and (found["published_7"], found["published_28"]) == (
        0,
        1,
    )
    # What was not allowed or has not come is not known, and not nothing.
    assert (found["revenue_cents_per_view"], found["click_rate"], found["log_live_views"]) == (None, None, None)


def test_a_later_restatement_changes_nothing_that_was_known_before(connection: Connection, channel: UUID) -> None:
    then = NOW - timedelta(days=3)
    before = values(connection, channel, then)
    assert before["days_known_28"] == 18 and before["views_growth"] == pytest.approx(log(1100 / 700) / 7)
    day = TODAY - timedelta(days=6)
    connection.execute("UPDATE ytempire.video_metrics_daily SET views = 9999999 WHERE day = %s", [day])
    connection.execute("UPDATE ytempire.analytics_slices SET fetched_at = %s WHERE day = %s", [NOW, day])
    after = values(connection, channel, then)
    # What was known of the restated day is no longer told; the new figure is not told either.
    assert after["days_known_28"] == 17 and after["log_views_28"] == log1p(2200 - 200)
    assert after["views_growth"] is None, "a week with a missing day is not compared with a whole one"
    later = values(connection, channel, NOW)["log_views_28"]
    assert later is not None and later > log1p(9_000_000)
    connection.execute("DELETE FROM ytempire.video_metrics_daily WHERE day > %s", [then.date()])
    assert values(connection, channel, then) == after, "the future is not looked at"


def test_no_growth_is_told_over_two_definitions_of_views(connection: Connection, channel: UUID) -> None:
    connection.execute(
        "UPDATE ytempire.video_metrics_daily SET first_definition = 'old', last_definition = 'old' WHERE day < %s",
        [TODAY - timedelta(days=7)],
    )
    found = values(connection, channel)
    assert found["views_growth"] is None and found["watch_growth"] == pytest.approx(log(2) / 7)


def test_live_figures_are_those_of_the_moment(connection: Connection, channel: UUID) -> None:
    video = add_video(connection, channel, "young", NOW - timedelta(hours=10))
    for hours, views in ((8, 100), (2, 400), (-1, 9999)):
        connection.execute(
            "INSERT INTO ytempire.video_metrics (time, video_id, source, day, views, likes, comments, shares)"
            " VALUES (%s, %s, 'live', %s, %s, NULL, NULL, NULL)",
            [NOW - timedelta(hours=hours), video, TODAY, views],
        )
    found = values(connection, channel)
    assert (found["live_videos"], found["log_live_views"]) == (1, log1p(400))
    assert found["live_views_per_hour"] == pytest.approx(50) and found["live_likes_per_view"] is None
    assert values(connection, channel, NOW - timedelta(hours=5))["log_live_views"] == log1p(100)


def test_a_channel_of_which_nothing_is_known_has_features_too(connection: Connection) -> None:
    found = values(connection, add_channel(connection, "UCnew"))
    assert found["days_known_28"] == 0 and found["log_views_28"] is None and found["published_28"] == 0


def test_kept_features_are_the_computed_ones_and_old_contracts_are_not_used(
    connection: Connection, channel: UUID
) -> None:
    computed = present_features(connection, channel, NOW)
    with own_redis() as server:
        cache = Cache(server.url, CacheSettings())
        assert present_features(connection, channel, NOW, cache=cache) == computed
        key = features_key(channel)
        assert 3_590 <= server.client.ttl(key) <= 3_600
        connection.execute("DELETE FROM ytempire.video_metrics_daily")
        assert present_features(connection, channel, NOW + timedelta(minutes=30), cache=cache) == computed
        assert present_features(connection, channel, NOW - timedelta(minutes=30), cache=cache) != computed
        stale = computed.model_copy(update={"contract": "another"})
        server.client.set(key, stale.model_dump_json())
        fresh = present_features(connection, channel, NOW, cache=cache)
        assert fresh.contract == channel_contract_version() and fresh.values["days_known_28"] == 21
        assert fresh.values["log_views_28"] is None
        server.kill()
        assert present_features(connection, channel, NOW, cache=cache) == fresh
