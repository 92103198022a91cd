"""Every verdict of a suite is kept and shown: what passed, what was refused, and what could not be verified."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest
from etl_rows import add_channel, add_video, stage_slice

from etl.analytics import run
from etl.validation.page import render, write_page
from etl.validation.results import newest_results
from etl.validation.suite import run_suite_on_frame
from ytempire.database.connection import Connection
from ytempire.errors import InvalidInput, ValidationFailed
from ytempire.settings import AnalyticsSettings, Settings, ValidationSettings

DAY = date(2026, 11, 10)
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    page = ValidationSettings(page=tmp_path / "validation" / "index.html")
    return Settings(database_url=database_url, validation=page)


def stage(connection: Connection, batch: str, views: dict[str, int]) -> None:
    known = connection.execute("SELECT channel_id FROM ytempire.channels").fetchone()
    channel = known["channel_id"] if known else add_channel(connection, "UCa")
    if known is None:
        add_video(connection, channel, "video-a")
    stage_slice(connection, batch, channel, DAY, views, validated=False)


def test_each_verdict_is_kept_and_stands_on_one_page_that_needs_nothing_else(
    connection: Connection, database_url: str, settings: Settings, tmp_path: Path
) -> None:
    stage(connection, "good", {"video-a": 1})
    run.validate(database_url, settings, "good")
    stage(connection, "doubtful", {"video-a": 1, SCRIPT: 2})
    run.validate(database_url, settings, "doubtful")
    stage(connection, "double", {"video-a": 1, "video-b": 2})
    connection.execute("UPDATE ytempire.staging_video_metrics SET youtube_video_id = 'video-a'")
    with pytest.raises(ValidationFailed):
        run.validate(database_url, settings, "double")
    broken = json.loads((settings.analytics.suites / "video_daily.json").read_text())
    broken["expectations"].append({"type": "expect_no_such_thing", "kwargs": {}, "severity": "warning"})
    (tmp_path / "video_daily.json").write_text(json.dumps(broken))
    with pytest.raises(ValidationFailed):
        elsewhere = AnalyticsSettings(suites=tmp_path)
        run.validate(database_url, settings.model_copy(update={"analytics": elsewhere}), "good")

    results = newest_results(connection, 10)

    assert [(one.subject, one.state, one.row_count, one.quarantined_count) for one in results] == [
        ("good", "unverified", 1, 0),
        ("double", "refused", 2, 0),
        ("doubtful", "quarantined", 2, 1),
        ("good", "passed", 1, 0),
    ]
    assert "was only run in part" in str(results[0].error_message)
    assert "a video stands twice in one day" in {check.reason for check in results[1].checks if not check.held}
    doubtful = {check.reason: check.refused for check in results[2].checks if not check.held}
    assert doubtful == {"the video id is malformed": 1, "the channel has no such video": 1}
    assert all(check.held for check in results[3].checks) and len(results[3].checks) > 10
    text = settings.validation_page.read_text()
    assert SCRIPT not in text and "&lt;script&gt;alert(1)" in text
    for word in ("passed", "quarantined", "refused", "unverified", "a video stands twice in one day"):
        assert word in text
    assert not re.search(r"\s(?:src|href)=|@import|url\(", text)


def test_only_the_last_results_of_each_suite_are_shown(connection: Connection, settings: Settings) -> None:
    stage(connection, "good", {"video-a": 1})
    for _ in range(4):
        run.validate(settings.database_url, settings, "good")
    assert [len(newest_results(connection, limit)) for limit in (3, 10)] == [3, 4]
    assert render(connection, 3).count("<details") == 3


def test_a_page_that_cannot_be_written_takes_no_verdict_back(
    connection: Connection, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "file").write_text("")
    elsewhere = settings.model_copy(update={"validation": ValidationSettings(page=tmp_path / "file" / "index.html")})
    assert write_page(connection, elsewhere) is None
    assert "cannot be written" in caplog.text
    stage(connection, "good", {"video-a": 1})
    assert run.validate(settings.database_url, elsewhere, "good").daily.rows == 1


def test_nothing_validated_yet_is_said(connection: Connection, settings: Settings) -> None:
    path = write_page(connection, settings)
    assert path is not None and "Nothing has been validated yet" in path.read_text()


def test_every_suite_names_each_expectation_once_and_says_why() -> None:
    for path in AnalyticsSettings().suites.glob("*.json"):
        suite = json.loads(path.read_text())
        assert suite["name"] == path.stem and suite["meta"]["purpose"]
        reasons = [(one["type"], one["meta"]["reason"]) for one in suite["expectations"]]
        assert len(set(reasons)) == len(reasons)
        assert {one["severity"] for one in suite["expectations"]} <= {"critical", "warning"}
        assert suite["expectations"][0]["type"] == "expect_table_columns_to_match_set"


def test_a_frame_and_a_missing_suite(tmp_path: Path) -> None:
    import pandas as pd

    suite = {
        "name": "small",
        "expectations": [
            {
                "type": "expect_column_values_to_be_between",
                "kwargs": {"column": "views", "min_value": 0},
                "severity": "warning",
                "meta": {"reason": "views are out of range"},
            }
        ],
    }
    (tmp_path / "small.json").write_text(json.dumps(suite))
    frame = pd.DataFrame({"row": [1, 2, 3], "views": [5.0, -1.0, None]})
    result = run_suite_on_frame(frame, tmp_path / "small.json", ["row"], {})
    assert [(one.reason, one.rows) for one in result.breaches] == [("views are out of range", [(2,)])]
    with pytest.raises(InvalidInput, match="absent"):
        run_suite_on_frame(frame, tmp_path / "absent.json", ["row"], {})
