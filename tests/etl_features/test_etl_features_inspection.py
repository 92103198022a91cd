"""A feature set is held against its suite before it counts: bad rows are taken out, a bad set never takes the place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from chart_history import chart_history

from etl.features.contract import NUMBERS
from etl.features.inspection import inspect_feature_set
from etl.features.rows import compute
from etl.features.videos import describe_videos
from etl.quarantine.replay import replay
from etl.quarantine.rows import list_rows
from etl.validation.results import newest_results
from ytempire.database.connection import Connection
from ytempire.errors import ValidationFailed
from ytempire.settings import AnalyticsSettings, Settings

SUITES = AnalyticsSettings().suites


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return compute(describe_videos(chart_history(days=12).charts()))


def write(rows: pd.DataFrame, folder: Path) -> Path:
    """As Spark leaves it: countries in several files."""
    folder.mkdir()
    for number, regions in enumerate((("BR", "DE"), ("IN", "US"))):
        rows[rows["region_code"].isin(regions)].to_parquet(folder / f"part-{number}.parquet", index=False)
    return folder


def test_a_sound_set_stays_as_it_is(connection: Connection, rows: pd.DataFrame, tmp_path: Path) -> None:
    staging = write(rows, tmp_path / "staging")
    before = {path.name: path.read_bytes() for path in staging.iterdir()}
    assert inspect_feature_set(connection, SUITES, staging, "trend") == 0
    assert {path.name: path.read_bytes() for path in staging.iterdir()} == before
    (result,) = newest_results(connection, 5)
    assert (result.suite, result.state, result.row_count) == ("features", "passed", len(rows))


def test_rows_that_no_model_may_see_are_taken_out_and_kept(
    connection: Connection, rows: pd.DataFrame, tmp_path: Path
) -> None:
    bad = rows.copy()
    endless, empty = bad.index[3], bad.index[-4]
    bad.loc[endless, "views_growth"] = np.inf
    bad.loc[empty, [name for name in NUMBERS if name != "rank"]] = np.nan
    staging = write(bad, tmp_path / "staging")
    assert inspect_feature_set(connection, SUITES, staging, "trend") == 2
    left = pd.read_parquet(staging).drop(columns="day").sort_values(["region_code", "youtube_video_id", "age_hours"])
    expected = bad.drop(index=[endless, empty]).drop(columns="day")
    expected = expected.sort_values(["region_code", "youtube_video_id", "age_hours"])
    pd.testing.assert_frame_equal(left.reset_index(drop=True), expected.reset_index(drop=True), check_dtype=False)
    waiting = {row.payload["youtube_video_id"]: row for row in list_rows(connection)}
    assert waiting[bad.loc[endless, "youtube_video_id"]].reason == "a feature is infinite"
    assert "less than a tenth of the features are known" in waiting[bad.loc[empty, "youtube_video_id"]].reason
    outcomes = replay(connection, Settings(), list_rows(connection), dry_run=False)
    assert [one.state for one in outcomes] == ["blocked"] * 2 and "computed anew" in outcomes[0].why


@pytest.mark.parametrize("fault", ["twice", "label", "views"])
def test_a_set_that_is_wrong_as_a_whole_is_refused(
    connection: Connection, rows: pd.DataFrame, tmp_path: Path, fault: str
) -> None:
    bad = rows.copy()
    if fault == "twice":
        bad = pd.concat([bad, bad.iloc[:1]], ignore_index=True)
    elif fault == "label":
        bad.loc[bad.index[0], "stays"] = 0.5
    else:
        bad.loc[bad.index[::2], "log_views"] = np.nan
    with pytest.raises(ValidationFailed, match={"twice": "twice", "label": "label", "views": "views"}[fault]):
        inspect_feature_set(connection, SUITES, write(bad, tmp_path / "staging"), "trend")
    assert newest_results(connection, 1)[0].state == "refused" and list_rows(connection) == []
