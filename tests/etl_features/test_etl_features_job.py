"""The Spark job and prediction in process come to the same features, from the same database."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pandas as pd
import pytest
from chart_history import REGIONS, chart_history

from etl.features.build import build_features
from etl.features.contract import KEYS, NUMBERS, contract_version
from etl.features.job import FeatureParams, read_feature_set, run
from etl.features.recent import recent_features
from etl.features.session import jdbc_target
from etl.trends.history import import_history
from ytempire.database.connection import Connection
from ytempire.errors import InvalidInput
from ytempire.settings import Settings, TrainingSettings

NAMES = [*KEYS, "category_id", *NUMBERS]


def test_spark_and_prediction_agree_on_today_and_on_every_past_day(
    connection: Connection, database_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    import_history(connection, chart_history(days=30).write(tmp_path / "history"), last_days=30)
    # The same day was watched twice more, and one country missed two days.
    connection.execute(
        "INSERT INTO ytempire.trend_snapshots SELECT fetched_at - INTERVAL '2 hours', source, region_code,"
        " youtube_video_id, 21 - rank, views / 2, likes, comments FROM ytempire.trend_snapshots"
        " WHERE fetched_at > '2026-06-25'"
    )
    connection.execute(
        "DELETE FROM ytempire.trend_snapshots WHERE region_code = 'DE'"
        " AND fetched_at >= '2026-06-27Z' AND fetched_at < '2026-06-29Z'"
    )
    settings = Settings(database_url=database_url, data_root=tmp_path, training=TrainingSettings(history_days=8))
    target = tmp_path / "features" / "trend"
    target.mkdir(parents=True)
    (target / "stale").write_text("of an older run")

    feature_set = build_features(settings)

    assert feature_set == read_feature_set(target)
    assert feature_set.contract == contract_version() and feature_set.regions == len(REGIONS)
    assert (feature_set.first_day, feature_set.last_day) == (date(2026, 6, 23), date(2026, 6, 30))
    assert feature_set.rows == (8 * len(REGIONS) - 2) * 20
    # No label for the last day, nor for Germany's day before the gap.
    assert feature_set.labelled_rows == feature_set.rows - 20 * (len(REGIONS) + 1)
    assert [path.name for path in target.parent.iterdir()] == ["trend"] and not (target / "stale").exists()

    written = pd.read_parquet(target)
    for day in (date(2026, 6, 24), date(2026, 6, 30)):
        until = datetime.combine(day, time.max, tzinfo=UTC)
        expected = recent_features(connection, until=until)
        assert expected["title"].notna().all()
        pd.testing.assert_frame_equal(*(_of_day(frame, day) for frame in (written, expected)))
    password = database_url.split(":")[2].split("@")[0]
    assert f":{password}@" not in caplog.text and "features: Spark is up" in caplog.text


def _of_day(frame: pd.DataFrame, day: date) -> pd.DataFrame:
    rows = frame[pd.to_datetime(frame["day"]).dt.date == day][NAMES].astype({"category_id": "int32"})
    return rows.astype({"day": str}).sort_values(list(KEYS), ignore_index=True)


def test_without_charts_the_job_says_what_to_do(database_url: str, tmp_path: Path) -> None:
    params = FeatureParams(database_url=database_url, target=tmp_path / "none", history_days=3)
    with pytest.raises(InvalidInput, match="import a history"):
        run(None, params)  # type: ignore[arg-type]
    assert not (tmp_path / "none").exists()


def test_countries_that_are_watched_come_first(connection: Connection, database_url: str, tmp_path: Path) -> None:
    from etl.features.job import _what_is_there

    import_history(connection, chart_history(days=3).write(tmp_path), last_days=3)
    params = FeatureParams(
        database_url=database_url,
        target=tmp_path,
        history_days=2,
        region_limit=2,
        preferred_regions=["US", "JP"],
        until=date(2026, 6, 29),
    )
    assert _what_is_there(params) == (date(2026, 6, 28), date(2026, 6, 29), ["US", "BR"])


def test_without_recent_charts_there_are_no_features(connection: Connection) -> None:
    assert recent_features(connection).empty


def test_a_country_that_is_no_longer_watched_is_not_predicted(connection: Connection, tmp_path: Path) -> None:
    import_history(connection, chart_history(days=6).write(tmp_path), last_days=6)
    connection.execute(
        "DELETE FROM ytempire.trend_snapshots WHERE region_code = 'DE' AND fetched_at > %s",
        (datetime(2026, 6, 30, tzinfo=UTC) - timedelta(days=2),),
    )
    assert set(recent_features(connection)["region_code"]) == {"BR", "IN", "US"}


def test_the_password_shows_nowhere() -> None:
    target = jdbc_target("postgresql://someone:s%40cret@db.example:6543/name")
    assert target.url == "jdbc:postgresql://db.example:6543/name"
    assert target.properties()["password"] == "s@cret" and "cret" not in repr(target)


def test_a_bad_database_url_is_not_repeated_in_the_message() -> None:
    with pytest.raises(InvalidInput) as caught:
        jdbc_target("mysql://someone:s3cret@db/name")
    assert "s3cret" not in str(caught.value)


def test_a_missing_driver_is_named(tmp_path: Path) -> None:
    from etl.features.session import spark_session

    with pytest.raises(InvalidInput, match="SPARK_JDBC_JAR"):
        spark_session(TrainingSettings(spark_jdbc_jar=tmp_path / "no.jar"), tmp_path)
