"""A slice is replaced whole: the newest answer stands, and nothing of an older one."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from etl_rows import add_channel, add_video, stage_slice

from etl.warehouse.fingerprint import table_hash
from etl.warehouse.load import load_batch, record_failed_slices
from ytempire.database.connection import Connection
from ytempire.errors import Permanent, Retriable, ValidationFailed

DAY = date(2026, 11, 10)
NEXT = date(2026, 11, 11)


def views(connection: Connection, day: date = DAY) -> dict[str, int]:
    rows = connection.execute(
        "SELECT youtube_video_id, views FROM ytempire.video_metrics JOIN ytempire.videos USING (video_id)"
        " WHERE day = %s",
        [day],
    )
    return {row["youtube_video_id"]: row["views"] for row in rows}


def slices(connection: Connection) -> dict[date, tuple[str, int]]:
    rows = connection.execute("SELECT day, status, row_count FROM ytempire.analytics_slices")
    return {row["day"]: (row["status"], row["row_count"]) for row in rows}


def test_a_row_arrives_with_its_units_at_the_start_of_its_pacific_day(connection: Connection) -> None:
    channel = add_channel(connection, "UCa")
    add_video(connection, channel, "video-a")
    stage_slice(connection, "run", channel, DAY, {"video-a": 120}, revenue_cents=34.6)

    summary = load_batch([connection], "run", "run")

    assert (summary.slices_loaded, summary.rows) == (1, 1)
    row = connection.execute("SELECT * FROM ytempire.video_metrics").fetchone()
    assert row["time"] == datetime(2026, 11, 10, 8, tzinfo=UTC)
    assert (row["views"], row["engaged_views"], row["likes"], row["revenue_cents"]) == (120, 120, 12, 35)
    assert (row["watch_time_minutes"], row["retention_rate"]) == (Decimal("180.00"), Decimal("0.5000"))
    assert row["impressions"] is None


def test_unknown_revenue_stays_unknown(connection: Connection) -> None:
    channel = add_channel(connection, "UCa")
    add_video(connection, channel, "video-a")
    stage_slice(connection, "run", channel, DAY, {"video-a": 1}, revenue_cents=None)
    load_batch([connection], "run", "run")
    assert connection.execute("SELECT revenue_cents FROM ytempire.video_metrics").fetchone() == {"revenue_cents": None}


def test_a_restatement_raises_lowers_and_removes(connection: Connection) -> None:
    channel = add_channel(connection, "UCa")
    for name in ("video-a", "video-b", "video-c"):
        add_video(connection, channel, name)
    stage_slice(connection, "first", channel, DAY, {"video-a": 10, "video-b": 20, "video-c": 30})
    stage_slice(connection, "first", channel, NEXT, {"video-a": 1})
    load_batch([connection], "first", "first")
    stage_slice(connection, "second", channel, DAY, {"video-a": 15, "video-b": 5})

    load_batch([connection], "second", "second")

    assert views(connection) == {"video-a": 15, "video-b": 5}
    assert views(connection, NEXT) == {"video-a": 1}


def test_an_older_answer_loaded_late_does_not_replace_a_newer_one(connection: Connection) -> None:
    channel = add_channel(connection, "UCa")
    add_video(connection, channel, "video-a")
    stage_slice(connection, "older", channel, DAY, {"video-a": 10})
    stage_slice(connection, "newer", channel, DAY, {"video-a": 11})
    load_batch([connection], "newer", "newer")

    summary = load_batch([connection], "older", "older")

    assert summary.slices_superseded == 1
    assert views(connection) == {"video-a": 11}


def test_an_empty_report_empties_the_slice_and_is_no_failure(connection: Connection) -> None:
    channel = add_channel(connection, "UCa")
    add_video(connection, channel, "video-a")
    stage_slice(connection, "first", channel, DAY, {"video-a": 10})
    load_batch([connection], "first", "first")
    stage_slice(connection, "second", channel, DAY, {})

    summary = load_batch([connection], "second", "second")

    assert (summary.slices_empty, summary.slices_loaded) == (1, 0)
    assert views(connection) == {}
    assert slices(connection) == {DAY: ("empty", 0)}


def test_other_channels_and_sources_are_left_alone(connection: Connection) -> None:
    ours, other = add_channel(connection, "UCa"), add_channel(connection, "UCb")
    live = add_video(connection, ours, "video-a")
    add_video(connection, other, "video-b")
    connection.execute(
        "INSERT INTO ytempire.video_metrics (time, video_id, source, day, views) VALUES"
        " ('2026-11-10 08:00Z', %s, 'live', '2026-11-10', 7)",
        [live],
    )
    stage_slice(connection, "first", other, DAY, {"video-b": 2})
    load_batch([connection], "first", "first")
    stage_slice(connection, "second", ours, DAY, {"video-a": 1})
    load_batch([connection], "second", "second")
    stage_slice(connection, "third", ours, DAY, {})
    load_batch([connection], "third", "third")
    rows = connection.execute("SELECT source, views FROM ytempire.video_metrics ORDER BY views").fetchall()
    assert rows == [{"source": "analytics", "views": 2}, {"source": "live", "views": 7}]


def test_loading_again_changes_no_content(connection: Connection) -> None:
    channel = add_channel(connection, "UCa")
    add_video(connection, channel, "video-a")
    stage_slice(connection, "run", channel, DAY, {"video-a": 10})
    load_batch([connection], "run", "run")
    tables = ("video_metrics", "analytics_slices")
    before = [table_hash(connection, table) for table in tables]

    load_batch([connection], "run", "run")
    stage_slice(connection, "again", channel, DAY, {"video-a": 10})
    load_batch([connection], "again", "again")
    assert [table_hash(connection, table) for table in tables] == before

    stage_slice(connection, "more", channel, DAY, {"video-a": 11})
    load_batch([connection], "more", "more")
    after = [table_hash(connection, table) for table in tables]
    assert all(one != other for one, other in zip(after, before, strict=True))


def test_what_was_not_validated_is_not_loaded(connection: Connection) -> None:
    channel = add_channel(connection, "UCa")
    add_video(connection, channel, "video-a")
    stage_slice(connection, "run", channel, DAY, {"video-a": 10}, validated=False)
    with pytest.raises(ValidationFailed):
        load_batch([connection], "run", "run")
    assert views(connection) == {}


def test_rows_lost_from_staging_are_noticed(connection: Connection) -> None:
    channel = add_channel(connection, "UCa")
    add_video(connection, channel, "video-a")
    stage_slice(connection, "first", channel, DAY, {"video-a": 10})
    load_batch([connection], "first", "first")
    stage_slice(connection, "second", channel, DAY, {"video-a": 12})
    connection.execute("TRUNCATE ytempire.staging_video_metrics")
    with pytest.raises(Retriable, match="stage it again"):
        load_batch([connection], "second", "second")
    assert views(connection) == {"video-a": 10}


def test_a_batch_that_was_never_staged_is_an_error(connection: Connection) -> None:
    with pytest.raises(Permanent, match="nothing is staged"):
        load_batch([connection], "unknown", "unknown")


def test_a_failure_is_recorded_without_hiding_what_is_loaded(connection: Connection) -> None:
    channel = add_channel(connection, "UCa")
    add_video(connection, channel, "video-a")
    stage_slice(connection, "first", channel, DAY, {"video-a": 10})
    load_batch([connection], "first", "first")
    record_failed_slices(connection, "second", channel, "video_daily", [DAY, NEXT], "the report has no column")
    assert slices(connection) == {DAY: ("loaded", 1), NEXT: ("failed", 0)}

    stage_slice(connection, "third", channel, NEXT, {"video-a": 4})
    load_batch([connection], "third", "third")
    assert slices(connection)[NEXT] == ("loaded", 1)
    row = connection.execute("SELECT count(error_message) AS errors FROM ytempire.analytics_slices").fetchone()
    assert row == {"errors": 0}
