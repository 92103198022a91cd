"""The split is by time, and nothing of the later days reaches the preparation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from etl.features.contract import LABEL
from ml.trend.data import Preparation, to_charts
from ml.trend.split import data_hash, load_features, split_by_time
from ytempire.errors import InvalidInput


def test_every_test_day_is_later_than_every_other_day(feature_set: Path) -> None:
    frame = load_features(feature_set)
    split = split_by_time(frame, test_days=5, validation_share=0.25)
    assert split.train["day"].max() < split.validation["day"].min()
    assert split.validation["day"].max() < split.test["day"].min()
    # 30 days, the last without a label: 24 before the test, a quarter of them for validation.
    assert [part["day"].nunique() for part in (split.train, split.validation, split.test)] == [18, 6, 5]
    assert not pd.concat([split.before_test, split.test])[LABEL].isna().any()


def test_too_few_days_are_refused(feature_set: Path) -> None:
    frame = load_features(feature_set)
    with pytest.raises(InvalidInput, match="test_days"):
        split_by_time(frame, test_days=28, validation_share=0.2)


def test_the_smallest_history_still_has_all_three_parts(feature_set: Path) -> None:
    frame = load_features(feature_set)
    first = frame[frame["day"] <= sorted(frame["day"].unique())[4]]
    split = split_by_time(first, test_days=3, validation_share=0.2)
    assert split.days().keys() == {"train", "validation", "test"} and len(split.train) and len(split.validation)


def test_the_preparation_knows_the_given_rows_only(feature_set: Path) -> None:
    split = split_by_time(load_features(feature_set), test_days=5, validation_share=0.2)
    preparation = Preparation.fit(split.train)
    at = preparation.numbers.index("log_views")
    assert preparation.means[at] == pytest.approx(split.train["log_views"].mean(), rel=1e-4)
    assert preparation.means[at] != pytest.approx(split.test["log_views"].mean(), rel=1e-4)
    assert Preparation.from_dict(preparation.to_dict()) == preparation


def test_missing_is_zero_with_a_flag_and_extremes_are_clipped(feature_rows: pd.DataFrame) -> None:
    preparation = Preparation.fit(feature_rows)
    # A flag stands for all that are missing together with the one that it is named after.
    absent = preparation.flags[0]
    row = feature_rows.head(1).assign(**{absent: np.nan, "log_views": 1e9})
    encoded = preparation.encode(row)[0]
    assert encoded[preparation.numbers.index(absent)] == 0
    assert encoded[len(preparation.numbers)] == 1
    assert encoded[preparation.numbers.index("log_views")] == preparation.clip
    assert not np.isnan(preparation.encode(feature_rows)).any()


def test_a_bad_value_or_an_absent_feature_is_named(feature_rows: pd.DataFrame) -> None:
    preparation = Preparation.fit(feature_rows)
    with pytest.raises(InvalidInput, match="like_ratio"):
        preparation.encode(feature_rows.assign(like_ratio=np.inf))
    with pytest.raises(InvalidInput, match="log_duration"):
        preparation.encode(feature_rows.drop(columns="log_duration"))
    with pytest.raises(InvalidInput, match="rank"):
        to_charts(feature_rows.assign(rank=np.nan), preparation)


def test_charts_come_whole_and_go_back_to_their_rows(feature_rows: pd.DataFrame) -> None:
    shuffled = feature_rows.sample(frac=1, random_state=3).reset_index(drop=True)
    charts = to_charts(shuffled, Preparation.fit(shuffled))
    assert len(charts) == shuffled.groupby(["region_code", "day"]).ngroups
    assert charts.listed.sum() == len(shuffled)
    rank = charts.numbers[:, :, charts_number(shuffled, "rank")]
    assert (np.diff(rank, axis=1)[charts.listed[:, 1:]] > 0).all()
    labels = charts.scatter(np.nan_to_num(charts.label, nan=-1))
    assert labels.tolist() == shuffled[LABEL].fillna(-1).tolist()


def charts_number(frame: pd.DataFrame, name: str) -> int:
    return Preparation.fit(frame).numbers.index(name)


def test_an_unknown_country_or_category_has_its_own_place(feature_rows: pd.DataFrame) -> None:
    preparation = Preparation.fit(feature_rows)
    charts = to_charts(feature_rows.head(5).assign(region_code="ZZ", category_id=999), preparation)
    assert set(charts.region) == {0} and set(charts.category[charts.listed]) == {0}


def test_the_hash_tells_contents_and_not_order(feature_rows: pd.DataFrame) -> None:
    assert data_hash(feature_rows) == data_hash(feature_rows.sample(frac=1, random_state=1))
    assert data_hash(feature_rows) != data_hash(feature_rows.assign(rank=feature_rows["rank"] + 1))


def test_a_feature_set_of_another_version_is_refused(feature_rows: pd.DataFrame, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="Run the feature job"):
        load_features(tmp_path / "nothing")
    feature_rows.drop(columns="near_stay").to_parquet(tmp_path / "part.parquet")
    with pytest.raises(InvalidInput, match="near_stay"):
        load_features(tmp_path)
