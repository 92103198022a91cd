"""No row goes on that the suite refuses; what could not be verified has not passed."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from etl_rows import add_channel, add_video, stage_slice

from etl.analytics.validate import validate_batch
from etl.warehouse.load import load_batch
from ytempire.database.connection import Connection
from ytempire.errors import InvalidInput, Permanent, Retriable, ValidationFailed
from ytempire.settings import AnalyticsSettings

DAY = date(2026, 11, 10)
SUITES = AnalyticsSettings().suites
# As Airflow names its runs, with what would break a query that is not careful.
BATCH = "backfill__2026-11-10T00:00:00+00:00 100%s :x '"


def stage(connection: Connection, views: dict[str, int], batch: str = BATCH) -> None:
    channel = add_channel(connection, "UCa")
    known = connection.execute("SELECT count(*) AS n FROM ytempire.videos").fetchone()
    if known == {"n": 0}:
        for name in ("video-a", "video-b", "video-c"):
            add_video(connection, channel, name)
    stage_slice(connection, batch, channel, DAY, views, validated=False)


def set_value(connection: Connection, name: str, column: str, value: object) -> None:
    connection.execute(
        f"UPDATE ytempire.staging_video_metrics SET {column} = %s WHERE youtube_video_id = %s", [value, name]
    )


def quarantined(connection: Connection) -> dict[str, str]:
    rows = connection.execute("SELECT payload, reason FROM ytempire.quarantined_rows").fetchall()
    return {row["payload"]["youtube_video_id"]: row["reason"] for row in rows}


def loaded(connection: Connection) -> set[str]:
    rows = connection.execute(
        "SELECT youtube_video_id FROM ytempire.video_metrics JOIN ytempire.videos USING (video_id)"
    )
    return {row["youtube_video_id"] for row in rows}


def test_a_good_batch_passes_whole(connection: Connection, database_url: str) -> None:
    stage(connection, {"video-a": 1, "video-b": 2})
    set_value(connection, "video-a", "revenue_cents", None)
    summary = validate_batch(database_url, BATCH, SUITES)
    assert (summary.rows, summary.quarantined, summary.reasons) == (2, 0, {})
    assert summary.expectations == len(json.loads((SUITES / "video_daily.json").read_text())["expectations"])
    load_batch([connection], BATCH, "run")
    assert loaded(connection) == {"video-a", "video-b"}


def test_bad_rows_are_quarantined_with_reasons_and_the_others_load(connection: Connection, database_url: str) -> None:
    stage(connection, {"video-a": 1, "video-b": 2, "video-c": 3, "stranger-1": 4})
    set_value(connection, "video-b", "views", -1)
    set_value(connection, "video-b", "likes", None)
    set_value(connection, "video-c", "watch_time_minutes", float("nan"))

    summary = validate_batch(database_url, BATCH, SUITES)

    assert (summary.rows, summary.quarantined) == (1, 3)
    assert quarantined(connection) == {
        "video-b": "views are out of range; likes are missing",
        "video-c": "watch time is out of range",
        "stranger-1": "the channel has no such video",
    }
    assert load_batch([connection], BATCH, "run").quarantined == 3
    assert loaded(connection) == {"video-a"}
    # A retry after the verdict finds the same batch and says the same of it.
    assert validate_batch(database_url, BATCH, SUITES).rows == 1
    load_batch([connection], BATCH, "run")
    assert loaded(connection) == {"video-a"}


def test_a_video_twice_in_a_day_stops_the_batch(connection: Connection, database_url: str) -> None:
    stage(connection, {"video-a": 1, "video-b": 2})
    set_value(connection, "video-b", "youtube_video_id", "video-a")
    with pytest.raises(ValidationFailed, match="a video stands twice in one day"):
        validate_batch(database_url, BATCH, SUITES)
    with pytest.raises(ValidationFailed):
        load_batch([connection], BATCH, "run")
    assert loaded(connection) == set()
    assert quarantined(connection) == {}


def test_an_empty_batch_passes(connection: Connection, database_url: str) -> None:
    stage(connection, {})
    assert validate_batch(database_url, BATCH, SUITES).rows == 0
    assert load_batch([connection], BATCH, "run").slices_empty == 1


def test_nothing_staged_and_staging_lost_are_errors(connection: Connection, database_url: str) -> None:
    with pytest.raises(Permanent, match="nothing is staged"):
        validate_batch(database_url, BATCH, SUITES)
    stage(connection, {"video-a": 1})
    connection.execute("TRUNCATE ytempire.staging_video_metrics")
    with pytest.raises(Retriable, match="stage it again"):
        validate_batch(database_url, BATCH, SUITES)


@pytest.mark.parametrize(
    "expectation",
    [
        {"type": "expect_no_such_thing", "kwargs": {}, "severity": "warning"},
        {
            "type": "expect_column_values_to_not_be_null",
            "kwargs": {"column": "absent"},
            "severity": "warning",
        },
    ],
)
def test_an_expectation_that_cannot_be_evaluated_has_not_passed(
    connection: Connection, database_url: str, tmp_path: Path, expectation: dict[str, object]
) -> None:
    stage(connection, {"video-a": 1})
    suite = json.loads((SUITES / "video_daily.json").read_text())
    suite["expectations"].append(expectation)
    (tmp_path / "video_daily.json").write_text(json.dumps(suite))
    with pytest.raises(ValidationFailed):
        validate_batch(database_url, BATCH, tmp_path)


@pytest.mark.parametrize("content", [None, "", "[]", '{"name": "video_daily", "expectations": []}'])
def test_a_missing_or_broken_suite_is_named(
    connection: Connection, database_url: str, tmp_path: Path, content: str | None
) -> None:
    stage(connection, {"video-a": 1})
    if content is not None:
        (tmp_path / "video_daily.json").write_text(content)
    with pytest.raises(InvalidInput, match=r"video_daily\.json"):
        validate_batch(database_url, BATCH, tmp_path)
