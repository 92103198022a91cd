"""Features look back only, are cut at gaps, and say what they claim."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from chart_history import chart_history

from etl.features.contract import FEATURES, KEYS, LABEL, LOOKBACK_DAYS, NUMBERS, contract_version
from etl.features.rows import compute
from etl.features.spread import add_spread
from etl.features.titles import measure


def charts(places: dict[int, dict[str, list[str]]]) -> pd.DataFrame:
    """Charts from day number → region → videos in order of rank."""
    rows = []
    for number, by_region in places.items():
        moment = datetime(2026, 3, 1, 4, tzinfo=UTC) + timedelta(days=number)
        for region, videos in by_region.items():
            rows += [
                {
                    "region_code": region,
                    "day": moment.date(),
                    "fetched_at": moment,
                    "youtube_video_id": video,
                    "rank": rank,
                    "views": 1000 * 2**number,
                    "likes": 10,
                    "comments": np.nan,
                    "title": "A title",
                    "youtube_channel_id": f"channel of {video}",
                    "category_id": 10,
                    "published_at": datetime(2026, 2, 28, 4, tzinfo=UTC),
                    "duration_seconds": 60,
                }
                for rank, video in enumerate(videos, start=1)
            ]
    return pd.DataFrame(rows)


def features(places: dict[int, dict[str, list[str]]]) -> pd.DataFrame:
    frame = compute(add_spread(charts(places)))
    number = [(day - date(2026, 3, 1)).days for day in frame["day"]]
    return frame.assign(number=number).set_index(["region_code", "number", "youtube_video_id"]).sort_index()


def test_the_past_is_the_same_whatever_the_future_holds() -> None:
    rows = chart_history(days=20).charts()
    border = sorted(rows["day"].unique())[13]
    future = rows["day"] > border
    shuffled = rows.copy()
    rng = np.random.default_rng(1)
    for column in ("youtube_video_id", "views", "likes", "rank"):
        values = shuffled.loc[future, column].to_numpy()
        shuffled.loc[future, column] = rng.permutation(values)
    shuffled = shuffled.drop_duplicates(["region_code", "day", "youtube_video_id"])
    names = [*KEYS, *NUMBERS, "category_id"]
    true, other = (compute(add_spread(frame)) for frame in (rows, shuffled))
    pd.testing.assert_frame_equal(
        true.loc[true["day"] <= border, names].reset_index(drop=True),
        other.loc[other["day"] <= border, names].reset_index(drop=True),
    )
    assert not true[LABEL].equals(other[LABEL])


def test_features_need_no_more_than_the_declared_context() -> None:
    from etl.features.contract import CONTEXT_DAYS

    rows = chart_history(days=CONTEXT_DAYS + 15).charts()
    last = rows["day"].max()
    whole = compute(add_spread(rows))
    short = compute(add_spread(rows[rows["day"] >= last - timedelta(days=CONTEXT_DAYS)]))
    pd.testing.assert_frame_equal(
        whole[whole["day"] == last].reset_index(drop=True), short[short["day"] == last].reset_index(drop=True)
    )


def test_a_stay_is_followed_through_the_chart() -> None:
    found = features({0: {"US": ["a", "b", "c"]}, 1: {"US": ["b", "a", "d"]}, 2: {"US": ["b", "d", "a"]}})
    a = found.loc["US", :, "a"]
    assert a["days_on_chart"].tolist() == [0, 1, 2]
    assert a["rank_change"].tolist()[1:] == [-1, -1] and np.isnan(a["rank_change"].iloc[0])
    assert a["views_growth"].iloc[1] == pytest.approx(np.log(2001 / 1001), rel=1e-5)
    assert found.loc[("US", 2, "d"), "days_seen"] == 1
    assert found.loc[("US", 0), LABEL].to_dict() == {"a": 1.0, "b": 1.0, "c": 0.0}
    assert found.loc[("US", 2), LABEL].isna().all()
    assert found.loc[("US", 1, "a"), "usual_stay"] != found.loc[("US", 1, "a"), LABEL]


def test_only_a_really_observed_next_day_gives_a_label() -> None:
    found = features({0: {"US": ["a"], "DE": ["a"]}, 1: {"DE": ["b"]}, 2: {"US": ["a"], "DE": ["b"]}})
    assert np.isnan(found.loc[("US", 0, "a"), LABEL])
    assert found.loc[("DE", 0, "a"), LABEL] == 0 and found.loc[("DE", 1, "b"), LABEL] == 1


def test_short_gaps_are_bridged_by_time_and_long_ones_cut() -> None:
    bridged = features({0: {"US": ["a"]}, 3: {"US": ["a"]}}).loc[("US", 3, "a")]
    assert bridged["days_on_chart"] == 3
    assert bridged["views_growth"] == pytest.approx(np.log(8001 / 1001) / 3, rel=1e-4)
    cut = features({0: {"US": ["a"]}, 4: {"US": ["a"]}}).loc[("US", 4, "a")]
    assert cut["days_on_chart"] == 0 and np.isnan(cut["views_growth"]) and np.isnan(cut["near_stay"])
    assert cut["days_seen"] == 1


def test_a_long_stay_is_counted_up_to_the_look_back() -> None:
    found = features({n: {"US": ["a"]} for n in range(LOOKBACK_DAYS + 5)})
    assert found["days_on_chart"].max() == LOOKBACK_DAYS and found["days_seen"].max() == LOOKBACK_DAYS


def test_the_turnover_of_a_chart_counts_only_what_has_happened() -> None:
    found = features({0: {"US": ["a", "b"]}, 1: {"US": ["a", "c"]}, 2: {"US": ["d", "e"]}})
    assert np.isnan(found.loc[("US", 0, "a"), "usual_stay"])
    assert found.loc[("US", 1, "a"), "usual_stay"] == 0.5
    assert found.loc[("US", 2, "d"), "usual_stay"] == 0.25


def test_spread_is_the_share_of_the_countries_observed() -> None:
    found = features({0: {"US": ["a"], "DE": ["b"]}, 1: {"US": ["b"], "DE": ["b"], "IN": ["x"], "BR": ["y"]}})
    b = found.loc[("US", 1, "b")]
    assert (b["spread_share"], b["spread_share_yesterday"], b["spread_days"]) == (0.5, 0.5, 1.0)
    x = found.loc[("IN", 1, "x")]
    assert (x["spread_share_yesterday"], x["spread_days"]) == (0.0, 0.0) and np.isnan(x["spread_best_rank_yesterday"])
    assert np.isnan(found.loc[("US", 0, "a"), "spread_share_yesterday"])


def test_titles_are_measured_by_character() -> None:
    assert measure("") == (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    length, caps, digits, symbols, foreign, marks = measure("ABc 12 東京 🎵!")
    assert (length, symbols, marks) == (12.0, 1.0, 1.0)
    assert caps == pytest.approx(2 / 5) and foreign == pytest.approx(2 / 5) and digits == pytest.approx(2 / 12)


def test_every_column_is_declared_and_the_version_follows_the_declaration() -> None:
    frame = compute(add_spread(chart_history(days=4).charts()))
    assert {f.name for f in FEATURES} | set(KEYS) | {LABEL} == set(frame.columns)
    assert all(f.description and f.unit and f.window and f.source for f in FEATURES)
    assert len({f.name for f in FEATURES}) == len(FEATURES)
    assert contract_version() == contract_version() and len(contract_version()) == 12
