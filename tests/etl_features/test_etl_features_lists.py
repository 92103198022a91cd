"""The lists that a chart is dealt from are found, and their renewal is told from the past alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from etl.features.contract import SEQUENCE_NAMES
from etl.features.rows import compute
from etl.features.videos import describe_videos

_CATEGORY = {"m": 10, "f": 1, "g": 20, "x": 26}


def chart(day: int, videos: list[str]) -> pd.DataFrame:
    """A chart of one country; a video's first letter says what it is: music, film, game, or anything."""
    moment = datetime(2026, 3, 1, 4, tzinfo=UTC) + timedelta(days=day)
    return pd.DataFrame(
        {
            "region_code": "US",
            "day": moment.date(),
            "fetched_at": moment,
            "youtube_video_id": videos,
            "rank": np.arange(1, len(videos) + 1),
            "views": 1000 * 2**day,
            "likes": 10,
            "comments": 5,
            "title": "A title",
            "youtube_channel_id": [f"channel of {video}" for video in videos],
            "category_id": [_CATEGORY[video[0]] for video in videos],
            "published_at": datetime(2026, 2, 28, 4, tzinfo=UTC),
            "duration_seconds": 60,
            "language": "en",
            "tag_count": 3,
        }
    )


def features(charts: list[list[str]]) -> pd.DataFrame:
    frame = compute(describe_videos(pd.concat([chart(day, videos) for day, videos in enumerate(charts)])))
    days = [(day - date(2026, 3, 1)).days for day in frame["day"]]
    return frame.assign(number=days).set_index(["number", "youtube_video_id"]).sort_index()


def lists_of(row: pd.DataFrame) -> list[str]:
    names = ["list_music", "list_films", "list_games"]
    return [names[place].removeprefix("list_") for place in row[names].to_numpy().argmax(axis=1)]


def test_rows_dealt_in_turn_are_told_apart_even_without_a_telling_category() -> None:
    found = features([["m1", "f1", "g1", "m2", "x2", "g2", "m3", "f3", "x3", "m4", "f4", "g4"]])
    ordered = found.sort_values("rank")
    assert lists_of(ordered) == ["music", "films", "games"] * 4
    assert ordered["list_place"].tolist() == [1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]


def test_a_list_that_has_ended_is_left_out_from_there_on() -> None:
    found = features([["m1", "f1", "g1", "m2", "f2", "g2", *(f"{kind}{n}" for n in range(3, 11) for kind in "mg")]])
    ordered = found.sort_values("rank")
    assert lists_of(ordered) == ["music", "films", "games"] * 2 + ["music", "games"] * 8
    assert ordered.loc[(0, "f1"), "list_open"] == 0 and ordered.loc[(0, "m1"), "list_open"] == 1
    assert ordered.loc[(0, "f1"), "list_size"] == 2 and ordered.loc[(0, "g1"), "list_size"] == 10


def test_renewal_is_told_of_the_lists_before_and_not_of_this_one() -> None:
    dealt = [
        ["m1", "f1", "g1", "m2", "f2", "g2"],
        ["m1", "f1", "g3", "m2", "f3", "g4"],
        ["m2", "f4", "g5", "m1", "f5", "g6"],
    ]
    found = features(dealt)
    # Music was kept whole on both days, films by half and then not at all, games never.
    second, third = found.loc[1], found.loc[2]
    assert second.loc["m1", "list_stay_1"] == 1 and second.loc["f1", "list_stay_1"] == 0.5
    assert second.loc["g3", "list_stay_1"] == 0 and second.loc["g3", "list_since_renewal"] == 0
    assert third.loc["f4", "list_stay_1"] == 0 and third.loc["f4", "list_stay_2"] == 0.5
    assert third.loc["m1", "list_place_change"] == -1 and third.loc["g5", "list_new_share"] == 1
    assert found.loc[0, "list_stay_1"].isna().all()
    assert third.loc["m1", "music_stay"] == third.loc["g5", "music_stay"] == 1
    near = third["list_near_stay_14"]
    assert near["m1"] > near["f4"] > near["g5"]


def test_the_sequences_hold_the_last_charts_step_by_step() -> None:
    found = features([["m1", "f1", "g1", "m2"], ["m2", "f1", "g2", "m1"], ["m2", "f2", "g3", "m1"]])
    row = found.loc[(2, "m1")]
    assert row["past_standing_1"] == pytest.approx(0.5) and row["past_standing_2"] == 1
    assert row["past_standing_3"] == 0 and np.isnan(row["past_growth_3"])
    assert row["past_growth_1"] == pytest.approx(np.log(2001 / 1001), rel=1e-4)
    assert row["past_channel_rows_1"] == row["past_channel_rows_2"] == 1 and row["past_channel_rows_3"] == 0
    assert found.loc[(2, "f2"), "past_new_share_1"] == 0 and found.loc[(2, "g3"), "past_new_share_1"] == 1
    assert {len(step) for step in SEQUENCE_NAMES} == {6} and SEQUENCE_NAMES[-1][0] == "past_standing_1"
