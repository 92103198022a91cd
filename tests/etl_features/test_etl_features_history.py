"""Charts of the past come into the database whole, once, and clean."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pandas as pd
import pytest
from chart_history import LAST_DAY, REGIONS, ChartHistory, chart_history

from etl.trends.history import import_history
from ytempire.database.connection import Connection
from ytempire.errors import InvalidInput


@pytest.fixture
def history() -> ChartHistory:
    return chart_history(days=12)


def stored(connection: Connection) -> list[dict]:
    return connection.execute(
        "SELECT * FROM ytempire.trend_snapshots ORDER BY region_code, fetched_at, rank"
    ).fetchall()


def test_the_last_days_and_only_their_videos_are_loaded(
    connection: Connection, history: ChartHistory, tmp_path: Path
) -> None:
    summary = import_history(connection, history.write(tmp_path), last_days=5)
    assert (summary.first_day, summary.last_day) == (date(2026, 6, 26), date(2026, 6, 30))
    assert summary.rows_loaded == len(stored(connection)) == 5 * len(REGIONS) * 20
    wanted = history.snapshots[history.snapshots["day"] >= date(2026, 6, 26)]["video_id"].nunique()
    known = connection.execute("SELECT * FROM ytempire.trend_videos").fetchall()
    assert summary.videos == len(known) == wanted
    assert known[0]["tags"][0] == "one"


def test_repeating_it_changes_nothing_and_more_days_are_added(
    connection: Connection, history: ChartHistory, tmp_path: Path
) -> None:
    folder = history.write(tmp_path)
    import_history(connection, folder, last_days=4)
    before = stored(connection)
    again = import_history(connection, folder, last_days=4)
    assert again.rows_loaded == 0 and again.rows_present == len(before) and stored(connection) == before
    assert import_history(connection, folder, last_days=6).rows_loaded == 2 * len(REGIONS) * 20


def test_a_chart_that_was_watched_live_is_left_alone(
    connection: Connection, history: ChartHistory, tmp_path: Path
) -> None:
    connection.execute(
        "INSERT INTO ytempire.trend_snapshots (fetched_at, source, region_code, youtube_video_id, rank)"
        " VALUES (%s, 'chart', 'US', 'live', 1)",
        (LAST_DAY + timedelta(hours=3),),
    )
    import_history(connection, history.write(tmp_path), last_days=1)
    of_us = [row for row in stored(connection) if row["region_code"] == "US"]
    assert [row["youtube_video_id"] for row in of_us] == ["live"]


def test_hidden_counts_become_null_and_nul_characters_vanish(
    connection: Connection, history: ChartHistory, tmp_path: Path
) -> None:
    hidden = set(history.snapshots[history.snapshots["likes"] == 0]["video_id"])
    history.videos["title"] = 'a\x00b "quoted", comma\nline'
    history.videos["tags"] = [['in "quotes"', "back\\slash", "nul\x00"]] * len(history.videos)
    import_history(connection, history.write(tmp_path), last_days=12)
    assert hidden
    assert {row["youtube_video_id"] for row in stored(connection) if row["likes"] is None} == hidden
    video = connection.execute("SELECT title, tags FROM ytempire.trend_videos").fetchone()
    assert video == {"title": 'ab "quoted", comma\nline', "tags": ['in "quotes"', "back\\slash", "nul"]}


def test_whole_weeks_move_charts_and_publication_together(
    connection: Connection, history: ChartHistory, tmp_path: Path
) -> None:
    now = LAST_DAY + timedelta(days=17, hours=5)
    summary = import_history(connection, history.write(tmp_path), last_days=5, shift_weeks=3, until=now)
    assert summary.last_day == now.date() and summary.first_day == now.date() - timedelta(days=4)
    ages = connection.execute(
        "SELECT min(fetched_at - published_at) AS youngest, max(fetched_at - published_at) AS oldest"
        " FROM ytempire.trend_snapshots JOIN ytempire.trend_videos USING (youtube_video_id)"
    ).fetchone()
    assert ages is not None
    assert timedelta() <= ages["youngest"] and ages["oldest"] < timedelta(days=16)


def test_countries_can_be_chosen(connection: Connection, history: ChartHistory, tmp_path: Path) -> None:
    import_history(connection, history.write(tmp_path), last_days=3, regions=["US", "IN"])
    assert {row["region_code"] for row in stored(connection)} == {"US", "IN"}


def test_malformed_rows_are_counted_and_left_out(connection: Connection, history: ChartHistory, tmp_path: Path) -> None:
    history.snapshots.loc[history.snapshots.index[-1], "rank"] = 0
    history.snapshots.loc[history.snapshots.index[-2], "views"] = -4
    summary = import_history(connection, history.write(tmp_path), last_days=1)
    assert summary.rows_malformed == 2 and summary.rows_loaded == len(REGIONS) * 20 - 2


@pytest.mark.parametrize(("file", "column"), [("snapshots", "rank"), ("videos", "duration_seconds")])
def test_a_missing_column_is_named(
    connection: Connection, history: ChartHistory, tmp_path: Path, file: str, column: str
) -> None:
    folder = history.write(tmp_path)
    path = folder / f"{file}.parquet"
    pd.read_parquet(path).drop(columns=column).to_parquet(path)
    with pytest.raises(InvalidInput, match=column) as caught:
        import_history(connection, folder, last_days=3)
    assert caught.value.field == f"{file}.parquet.{column}"
    assert stored(connection) == []


def test_a_folder_that_is_no_history_is_named(connection: Connection, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match=str(tmp_path)):
        import_history(connection, tmp_path, last_days=3)
    (tmp_path / "snapshots.parquet").write_text("no parquet")
    with pytest.raises(InvalidInput, match=r"snapshots\.parquet"):
        import_history(connection, tmp_path, last_days=3)
