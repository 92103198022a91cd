"""What became of a channel's earlier rows: counted by hand, and told by nothing that was not known."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from etl.features.contract import KEYS, RECORD_COLUMNS
from etl.features.feature import RECORD_DAYS
from etl.features.record import record

FIRST = date(2026, 3, 1)
Charts = dict[int, dict[str, list[str]]]


def listings(charts: Charts) -> pd.DataFrame:
    """Rows from day number → region → videos, each of the channel of its first letter; of "?" nothing is known."""
    rows = [
        (region, FIRST + timedelta(days=number), video, None if video[0] == "?" else f"channel {video[0]}")
        for number, by_region in charts.items()
        for region, videos in by_region.items()
        for video in videos
    ]
    return pd.DataFrame(rows, columns=[*KEYS, "youtube_channel_id"])


def records(charts: Charts, observed: Charts | None = None) -> pd.DataFrame:
    rows = listings(charts)
    found = record(rows, rows, listings(observed or charts)[["region_code", "day"]].drop_duplicates())
    number = [(day - FIRST).days for day in rows["day"]]
    return found.set_index(
        pd.MultiIndex.from_arrays([rows["region_code"], number, rows["youtube_video_id"]])
    ).sort_index()


CHARTS: Charts = {
    0: {"US": ["a1", "a2", "b1"], "DE": ["a1", "b1"]},
    1: {"US": ["a1", "b1"], "DE": ["b1", "a2"]},
    2: {"US": ["a1", "a3", "b2"], "DE": ["b1", "a2"]},
}


def test_what_stayed_of_a_channel_is_counted_up_to_what_was_known() -> None:
    a = records(CHARTS).loc[("US", 2, "a1")]
    # In the United States: a1 and a2, then a1; of these three rows two stayed.
    assert a["record_rows"] == pytest.approx(np.log1p(3)) and a["record_stay"] == pytest.approx(3 / 4.5)
    # There on its third day: none of the channel's rows has been there as long.
    assert (a["record_days_rows"], a["record_days_stay"]) == (0, pytest.approx(1 / 1.5))
    # In all countries five rows; of the three of the first day it was known yesterday that one stayed.
    assert a["record_world_rows"] == pytest.approx(np.log1p(5)) and a["record_world_stay"] == pytest.approx(2 / 4.5)
    assert a["record_arrivals"] == pytest.approx(np.log1p(2))
    assert a["record_rows_per_arrival"] == pytest.approx(np.log1p(5 / 3))
    came = records(CHARTS).loc[("US", 2, "a3")]
    # Rows that came that day: a1 and a2 of the first day, one of which stayed; in Germany a1, and a2 a day later.
    assert came["record_days_rows"] == pytest.approx(np.log1p(2)) and came["record_days_stay"] == pytest.approx(2 / 3.5)
    assert came["record_world_days_rows"] == pytest.approx(np.log1p(4))
    assert came["record_world_days_stay"] == pytest.approx(2 / 4.5)


def test_other_countries_charts_of_today_tell_nothing() -> None:
    other = {number: dict(by_region) for number, by_region in CHARTS.items()}
    other[2] = {"US": CHARTS[2]["US"], "DE": ["a1", "a9"]}
    before, after = (records(charts) for charts in (CHARTS, other))
    pd.testing.assert_frame_equal(before.loc[["US"]], after.loc[["US"]])
    assert not before.loc["DE", 2].reset_index(drop=True).equals(after.loc["DE", 2].reset_index(drop=True))


def test_what_became_of_rows_before_a_gap_is_not_known() -> None:
    found = records({0: {"US": ["a1"]}, 2: {"US": ["a1"]}}).loc[("US", 2, "a1")]
    assert found["record_rows"] == pytest.approx(np.log1p(1)) and found["record_stay"] == pytest.approx(1 / 1.5)


def test_a_channel_that_left_whole_is_known_to_have_left() -> None:
    rest: Charts = {0: {"US": ["b1"]}, 1: {"US": ["b1"]}, 2: {"US": ["b1"]}}
    group: Charts = {0: {"US": ["a1"]}, 2: {"US": ["a2"]}}
    whole = {number: {"US": [*group.get(number, {"US": []})["US"], *rest[number]["US"]]} for number in rest}
    alone, among = records(group, observed=whole), records(whole)
    assert alone.loc[("US", 2, "a2"), "record_stay"] == pytest.approx(1 / 2.5)
    pd.testing.assert_frame_equal(alone, among.loc[alone.index])


def test_rows_are_forgotten_after_the_window_and_unknown_videos_stand_alone() -> None:
    charts: Charts = {0: {"US": ["a1", "?1", "?2"]}, RECORD_DAYS: {"US": ["a2", "?1"]}, RECORD_DAYS + 1: {"US": ["a3"]}}
    found = records(charts)
    assert found.loc[("US", RECORD_DAYS, "a2"), "record_rows"] == pytest.approx(np.log1p(1))
    assert found.loc[("US", RECORD_DAYS, "?1"), "record_rows"] == pytest.approx(np.log1p(1))
    assert found.loc[("US", RECORD_DAYS + 1, "a3"), "record_rows"] == pytest.approx(np.log1p(1))
    assert set(found.columns) == set(RECORD_COLUMNS)
