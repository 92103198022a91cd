"""Features look back only, are cut at gaps, and say what they claim."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest
from chart_history import chart_history

from etl.features.contract import (
    CONTEXT_DAYS,
    FEATURES,
    KEYS,
    LABEL,
    LISTING_COLUMNS,
    LISTING_DAYS,
    LOOKBACK_DAYS,
    NUMBERS,
    contract_version,
)
from etl.features.rows import compute
from etl.features.spread import ChartTimes
from etl.features.titles import TITLE_COLUMNS, measure
from etl.features.videos import describe_videos


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
                    "language": "en",
                    "tag_count": 3,
                }
                for rank, video in enumerate(videos, start=1)
            ]
    return pd.DataFrame(rows)


def features(places: dict[int, dict[str, list[str]]]) -> pd.DataFrame:
    frame = compute(describe_videos(charts(places)))
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
    true, other = (compute(describe_videos(frame)) for frame in (rows, shuffled))
    pd.testing.assert_frame_equal(
        true.loc[true["day"] <= border, names].reset_index(drop=True),
        other.loc[other["day"] <= border, names].reset_index(drop=True),
    )
    assert not true[LABEL].equals(other[LABEL])


def test_features_need_no_more_than_the_declared_context() -> None:
    rows = chart_history(days=LISTING_DAYS + 15).charts()
    last = rows["day"].max()
    whole = compute(describe_videos(rows))
    listed = rows[rows["day"] >= last - timedelta(days=LISTING_DAYS)]
    recent = rows[rows["day"] >= last - timedelta(days=CONTEXT_DAYS)]
    short = compute(describe_videos(recent, ChartTimes.of(listed), listed[list(LISTING_COLUMNS)]))
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


def test_titles_are_measured_by_character_and_by_word() -> None:
    assert set(measure("")) == {0.0} and len(measure("")) == len(TITLE_COLUMNS)
    said = dict(zip(TITLE_COLUMNS, measure("ABc 12 東京 🎵!"), strict=True))
    assert (said["title_length"], said["title_emoji"], said["title_marks"]) == (12.0, 1.0, 1.0)
    assert said["title_caps"] == pytest.approx(2 / 5) and said["title_non_latin"] == pytest.approx(2 / 5)
    assert said["title_digits"] == pytest.approx(2 / 12)
    song = dict(zip(TITLE_COLUMNS, measure("KAROL G - Song [Official Video] ft. Olive | Ep 3 #new #"), strict=True))
    assert {name for name, value in song.items() if value == 1 and name in TITLE_COLUMNS[12:]} == {
        "title_official", "title_featuring", "title_episode",
    }  # fmt: skip
    assert (song["title_words"], song["title_caps_words"], song["title_hashtags"]) == (13, 1, 1)
    assert (song["title_brackets"], song["title_bars"], song["title_live"]) == (1, 2, 0)


def test_of_its_own_day_a_row_sees_only_the_charts_that_were_there_by_then() -> None:
    rows = charts({0: {"US": ["a"], "DE": ["b"]}, 1: {"US": ["a", "b"], "DE": ["b", "a"], "IN": ["b"]}})
    later = rows["region_code"].map({"US": 0, "DE": 600, "IN": 7200}).where(rows["day"] > date(2026, 3, 1), 0)
    rows["fetched_at"] += pd.to_timedelta(later, unit="s")
    frame = compute(describe_videos(rows)).set_index(["region_code", "youtube_video_id", "day"]).sort_index()
    today = date(2026, 3, 2)
    shares = {region: frame.loc[(region, "b", today), "spread_share"] for region in ("US", "DE", "IN")}
    # Germany's chart is of the same round of looking, India's came two hours later.
    assert shares == {"US": 1.0, "DE": 1.0, "IN": 1.0}
    ranks = [frame.loc[(region, "b", today), "spread_mean_rank"] for region in ("US", "DE", "IN")]
    assert ranks == pytest.approx([1.5, 1.5, 4 / 3])
    moved = rows.copy()
    moved.loc[(moved["region_code"] == "IN"), ["rank", "views"]] = [40, 7]
    other = compute(describe_videos(moved)).set_index(["region_code", "youtube_video_id", "day"]).sort_index()
    known = frame.index[frame.index.get_level_values(0) != "IN"]
    pd.testing.assert_frame_equal(frame.loc[known], other.loc[known])
    assert not frame.loc["IN"].equals(other.loc["IN"])


def test_a_group_of_channels_is_described_as_all_of_them_are() -> None:
    rows = chart_history(days=18).charts()
    rows = rows[(rows["region_code"] != "DE") | (rows["day"] != sorted(rows["day"].unique())[9])]
    whole = describe_videos(rows)
    times = ChartTimes.of(rows)
    odd = pd.factorize(rows["youtube_channel_id"])[0] % 2 == 1
    for part in (odd, ~odd):
        pd.testing.assert_frame_equal(whole[part], describe_videos(rows[part], times))


def test_the_course_of_a_video_is_summed_up_over_days() -> None:
    order = {0: ["a", "b"], 1: ["b", "a"], 2: ["b", "c"], 3: ["c", "a"], 5: ["a", "c"]}
    found = features({number: {"US": videos} for number, videos in order.items()})
    a = found.loc[("US", 5, "a")]
    # Of the last three days: second on the third, first today.
    assert (a["rank_mean_3"], a["rank_best_3"], a["rank_worst_3"], a["rank_std_3"]) == (1.5, 1, 2, 0.5)
    assert a["rank_slope_3"] == -0.5
    assert (a["rank_mean_7"], a["seen_share_3"]) == (1.5, pytest.approx(2 / 3))
    assert (a["returns"], a["days_since_first"], a["days_since_best"]) == (1, 5, 0)
    assert (a["entry_rank"], a["rank_vs_entry"]) == (2, -1)
    assert a["seen_share_7"] == pytest.approx(4 / 5)
    growth = np.log((1000 * 2**5 + 1) / (1000 * 2**3 + 1)) / 2
    assert a["views_growth_mean_3"] == pytest.approx(growth, rel=1e-5) and np.isnan(a["views_growth_std_3"])
    c = found.loc[("US", 3, "c")]
    assert (c["last_stay"], c["chart_new_share"], c["channel_stay"]) == (0.5, 0.5, 1.0)
    assert found.loc[("US", 3, "a"), "days_above"] == 1 and np.isnan(found.loc[("US", 3, "c"), "days_above"])


def test_every_column_is_declared_and_the_version_follows_the_declaration() -> None:
    frame = compute(describe_videos(chart_history(days=4).charts()))
    assert {f.name for f in FEATURES} | set(KEYS) | {LABEL} == set(frame.columns)
    assert all(f.description and f.unit and f.window and f.source for f in FEATURES)
    assert len({f.name for f in FEATURES}) == len(FEATURES) == 301
    assert contract_version() == contract_version() and len(contract_version()) == 12
