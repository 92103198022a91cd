"""Rollups equal a full recomputation, whatever was restated, and leave other days alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from etl_rows import add_channel, add_video, stage_slice

from etl.warehouse.load import load_batch
from etl.warehouse.rollups import recompute, week_of
from ytempire.database.connection import Connection

DAY = date(2026, 11, 10)
NEXT = date(2026, 11, 11)
NEXT_WEEK = date(2026, 11, 16)

# Every bucket straight from the facts, in one step.
FULL = """
SELECT {by}, {bucket} AS bucket, {counts} sum(views) AS views, sum(engaged_views) AS engaged_views,
       sum(likes) AS likes, sum(comments) AS comments, sum(shares) AS shares,
       sum(watch_time_minutes) AS watch_time_minutes, sum(impressions) AS impressions,
       sum(impressions * ctr) AS clicks, sum(revenue_cents) AS revenue_cents,
       min(metric_definition) AS first_definition, max(metric_definition) AS last_definition
FROM ytempire.video_metrics JOIN ytempire.videos USING (video_id) JOIN ytempire.channels USING (channel_id)
WHERE source = 'analytics'
GROUP BY 1, 2 ORDER BY 1, 2
"""
COUNTS = {
    "video": "",
    "channel": "count(DISTINCT video_id) AS videos,",
    "niche": "count(DISTINCT channel_id) AS channels, count(DISTINCT video_id) AS videos,",
}
KEYS = {"video": "video_id", "channel": "channel_id", "niche": "niche"}
BUCKETS = {"daily": ("day", "day"), "weekly": ("week", "date_trunc('week', day)::date")}


def assert_equal_to_full(connection: Connection) -> None:
    """Compare all six tables with what the facts say, column by column."""
    for part, key in KEYS.items():
        for period, (column, bucket) in BUCKETS.items():
            full = connection.execute(FULL.format(by=key, bucket=bucket, counts=COUNTS[part])).fetchall()
            kept = connection.execute(
                f"SELECT * FROM ytempire.{part}_metrics_{period} ORDER BY {key}, {column}"
            ).fetchall()
            names = [
                *(full[0] if full else ()),
            ]
            assert [{name: row[column if name == "bucket" else name] for name in names} for row in kept] == full


def load(connection: Connection, batch: str, channels: list[UUID], days: list[date]) -> Any:
    load_batch([connection], batch, batch)
    return recompute(connection, channels, days)


def test_rollups_follow_restatements(connection: Connection) -> None:
    first = add_channel(connection, "UCa", niche="music")
    second = add_channel(connection, "UCb", niche="music")
    third = add_channel(connection, "UCc", niche="gaming")
    for channel, name in ((first, "video-a"), (first, "video-b"), (second, "video-c"), (third, "video-d")):
        add_video(connection, channel, name)
    stage_slice(connection, "1", first, DAY, {"video-a": 10, "video-b": 100})
    stage_slice(connection, "1", first, NEXT, {"video-a": 20})
    stage_slice(connection, "1", first, NEXT_WEEK, {"video-a": 25})
    stage_slice(connection, "1", second, DAY, {"video-c": 30}, revenue_cents=None)
    stage_slice(connection, "1", third, DAY, {"video-d": 40}, revenue_cents=None)
    summary = load(connection, "1", [first, second, third], [DAY, NEXT, NEXT_WEEK])
    assert (summary.days, summary.weeks) == (3, 2)
    assert_equal_to_full(connection)

    stage_slice(connection, "2", first, DAY, {"video-b": 7})
    stage_slice(connection, "2", third, DAY, {})
    load(connection, "2", [first, third], [DAY])
    assert_equal_to_full(connection)
    gaming = connection.execute("SELECT * FROM ytempire.niche_metrics_weekly WHERE niche = 'gaming'")
    assert gaming.fetchall() == []


def test_a_recomputation_of_what_is_equal_writes_nothing(connection: Connection) -> None:
    channel = add_channel(connection, "UCa")
    add_video(connection, channel, "video-a")
    stage_slice(connection, "1", channel, DAY, {"video-a": 10})
    first = load(connection, "1", [channel], [DAY])
    assert (first.video_buckets, first.channel_buckets, first.niche_buckets) == (2, 2, 2)
    again = recompute(connection, [channel], [DAY])
    assert (again.video_buckets, again.channel_buckets, again.niche_buckets) == (0, 0, 0)


def test_revenue_that_nobody_may_see_is_unknown_in_the_sum(connection: Connection) -> None:
    channel = add_channel(connection, "UCa")
    add_video(connection, channel, "video-a")
    stage_slice(connection, "1", channel, DAY, {"video-a": 10}, revenue_cents=None)
    load(connection, "1", [channel], [DAY])
    for table in ("channel_metrics_daily", "niche_metrics_daily", "channel_metrics_weekly", "video_metrics_weekly"):
        assert connection.execute(f"SELECT revenue_cents FROM ytempire.{table}").fetchall() == [{"revenue_cents": None}]
    assert connection.execute("SELECT * FROM ytempire.channel_revenue_daily").fetchall() == []


def test_revenue_has_a_table_of_its_own_that_follows(connection: Connection) -> None:
    channel = add_channel(connection, "UCa")
    add_video(connection, channel, "video-a")
    for batch, cents, expected in (("1", 10.0, [10]), ("2", 12.0, [12]), ("3", None, [])):
        stage_slice(connection, batch, channel, DAY, {"video-a": 10}, revenue_cents=cents)
        load(connection, batch, [channel], [DAY])
        rows = connection.execute("SELECT revenue_cents FROM ytempire.channel_revenue_daily").fetchall()
        assert [row["revenue_cents"] for row in rows] == expected


def test_only_the_touched_buckets_are_computed(connection: Connection) -> None:
    channel = add_channel(connection, "UCa")
    add_video(connection, channel, "video-a")
    for day in (DAY, NEXT, NEXT_WEEK):
        stage_slice(connection, "1", channel, day, {"video-a": 10})
    load(connection, "1", [channel], [NEXT])
    days = connection.execute("SELECT day FROM ytempire.channel_metrics_daily").fetchall()
    assert days == [{"day": NEXT}]
    weeks = connection.execute("SELECT week FROM ytempire.channel_metrics_weekly").fetchall()
    assert weeks == [{"week": week_of(NEXT)}]


def test_a_channel_that_changes_its_niche_takes_its_past_with_it(connection: Connection) -> None:
    mover, stays = add_channel(connection, "UCa", niche="music"), add_channel(connection, "UCb", niche="music")
    for channel, name in ((mover, "video-a"), (stays, "video-b")):
        add_video(connection, channel, name)
        for day in (DAY, NEXT_WEEK):
            stage_slice(connection, "1", channel, day, {name: 10})
    load(connection, "1", [mover, stays], [DAY, NEXT_WEEK])

    connection.execute("UPDATE ytempire.channels SET niche = 'gaming' WHERE channel_id = %s", [mover])
    stage_slice(connection, "2", stays, NEXT_WEEK, {"video-b": 11})
    load(connection, "2", [stays], [NEXT_WEEK])

    assert_equal_to_full(connection)


def test_reach_comes_from_the_report_that_has_it(connection: Connection) -> None:
    channel = add_channel(connection, "UCa")
    video = add_video(connection, channel, "video-a")
    stage_slice(connection, "1", channel, DAY, {"video-a": 10})
    load_batch([connection], "1", "1")
    connection.execute(
        "INSERT INTO ytempire.video_metrics (time, video_id, source, day, impressions, ctr)"
        " VALUES ('2026-11-10 08:00Z', %s, 'reporting', %s, 400, 0.0525)",
        [video, DAY],
    )
    recompute(connection, [channel], [DAY])
    for table in ("video_metrics_daily", "niche_metrics_weekly"):
        row = connection.execute(f"SELECT impressions, clicks, views FROM ytempire.{table}").fetchone()
        assert (row["impressions"], float(row["clicks"]), row["views"]) == (400, 21.0, 10)


def test_sums_outlive_their_figures(connection: Connection) -> None:
    channel = add_channel(connection, "UCa")
    add_video(connection, channel, "video-a")
    stage_slice(connection, "1", channel, DAY, {"video-a": 10})
    load(connection, "1", [channel], [DAY])
    start = datetime(2026, 11, 10, tzinfo=UTC)
    connection.execute(
        "SELECT drop_chunks('ytempire.video_metrics', older_than => %s::timestamptz)", [start + timedelta(days=60)]
    )
    assert connection.execute("SELECT count(*) AS n FROM ytempire.video_metrics").fetchone() == {"n": 0}

    recompute(connection, [channel], [DAY])

    for table in ("video_metrics_daily", "channel_metrics_daily", "niche_metrics_weekly"):
        assert connection.execute(f"SELECT views FROM ytempire.{table}").fetchall() == [{"views": 10}]
