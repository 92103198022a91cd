"""Rollups equal a full recomputation, whatever was restated, and leave other days alone."""

from __future__ import annotations

from datetime import date
from typing import Any

from etl_rows import add_channel, add_video, stage_slice

from etl.warehouse.load import load_batch
from etl.warehouse.rollups import recompute
from ytempire.database.connection import Connection

DAY = date(2026, 11, 10)
NEXT = date(2026, 11, 11)

SUMS = """
SELECT channels.{by}, day, {channels} count(*) AS videos, sum(views) AS views, sum(likes) AS likes,
       sum(comments) AS comments, sum(shares) AS shares, sum(watch_time_minutes) AS watch_time_minutes,
       sum(revenue_cents) AS revenue_cents
FROM ytempire.video_metrics JOIN ytempire.videos USING (video_id) JOIN ytempire.channels USING (channel_id)
GROUP BY channels.{by}, day ORDER BY 1, 2
"""


def assert_equal_to_full(connection: Connection) -> None:
    def rows(query: str) -> list[dict[str, Any]]:
        return connection.execute(query).fetchall()

    channel_sums = rows(SUMS.format(by="channel_id", channels=""))
    assert rows("SELECT * FROM ytempire.channel_metrics_daily ORDER BY channel_id, day") == channel_sums
    niche_sums = rows(SUMS.format(by="niche", channels="count(DISTINCT channel_id) AS channels,"))
    assert rows("SELECT * FROM ytempire.niche_metrics_daily ORDER BY niche, day") == niche_sums


def test_rollups_follow_restatements(connection: Connection) -> None:
    first = add_channel(connection, "UCa", niche="music")
    second = add_channel(connection, "UCb", niche="music")
    third = add_channel(connection, "UCc", niche="gaming")
    for channel, name in ((first, "video-a"), (first, "video-b"), (second, "video-c"), (third, "video-d")):
        add_video(connection, channel, name)
    stage_slice(connection, "1", first, DAY, {"video-a": 10, "video-b": 100})
    stage_slice(connection, "1", first, NEXT, {"video-a": 20})
    stage_slice(connection, "1", second, DAY, {"video-c": 30}, revenue_cents=None)
    stage_slice(connection, "1", third, DAY, {"video-d": 40}, revenue_cents=None)
    load_batch(connection, "1", "1")
    summary = recompute(connection, [first, second, third], [DAY, NEXT])
    assert (summary.channel_buckets, summary.niche_buckets) == (4, 3)
    assert_equal_to_full(connection)

    stage_slice(connection, "2", first, DAY, {"video-b": 7})
    stage_slice(connection, "2", third, DAY, {})
    load_batch(connection, "2", "2")
    recompute(connection, [first, third], [DAY])
    assert_equal_to_full(connection)
    gaming = connection.execute("SELECT * FROM ytempire.niche_metrics_daily WHERE niche = 'gaming'")
    assert gaming.fetchall() == []


def test_revenue_that_nobody_may_see_is_unknown_in_the_sum(connection: Connection) -> None:
    channel = add_channel(connection, "UCa")
    add_video(connection, channel, "video-a")
    stage_slice(connection, "1", channel, DAY, {"video-a": 10}, revenue_cents=None)
    load_batch(connection, "1", "1")
    recompute(connection, [channel], [DAY])
    for table in ("channel_metrics_daily", "niche_metrics_daily"):
        assert connection.execute(f"SELECT revenue_cents FROM ytempire.{table}").fetchall() == [{"revenue_cents": None}]


def test_only_the_touched_buckets_are_computed(connection: Connection) -> None:
    channel = add_channel(connection, "UCa")
    add_video(connection, channel, "video-a")
    for day in (DAY, NEXT):
        stage_slice(connection, "1", channel, day, {"video-a": 10})
    load_batch(connection, "1", "1")
    recompute(connection, [channel], [NEXT])
    days = connection.execute("SELECT day FROM ytempire.channel_metrics_daily").fetchall()
    assert days == [{"day": NEXT}]
