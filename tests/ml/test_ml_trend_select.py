"""Recursive elimination keeps what tells, drops what does not, and does the same every time."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from etl.features.contract import CATEGORIES, LABEL, NUMBERS, SEQUENCE_NAMES
from ml.trend.data import Preparation
from ml.trend.select import select_features
from ytempire.errors import InvalidInput
from ytempire.settings import TrainingSettings


@pytest.fixture(scope="module")
def train(feature_rows: pd.DataFrame) -> pd.DataFrame:
    return feature_rows[feature_rows[LABEL].notna()].reset_index(drop=True)


def test_what_tells_the_label_is_kept_and_what_tells_nothing_is_dropped(train: pd.DataFrame) -> None:
    rng = np.random.default_rng(3)
    telling, empty = "title_bars", ["title_live", "chart_size", "tag_count"]
    rows = train.assign(
        **{telling: train[LABEL] + rng.normal(0, 0.3, len(train)), "title_live": 0.0, "tag_count": np.nan}
    )
    settings = TrainingSettings(input_features=84, selection_rows=1_500, selection_step=40)
    found = select_features(rows, settings)
    assert len(found.kept) == 84 - len(CATEGORIES) and telling in found.kept
    assert set(found.kept) | set(found.dropped) == set(NUMBERS) and not set(empty) & set(found.kept)
    assert {name for step in SEQUENCE_NAMES for name in step} < set(found.kept)
    assert found.kept == [name for name in NUMBERS if name in found.kept]
    assert select_features(rows, settings) == found


def test_with_room_for_all_all_are_kept_and_with_none_it_is_said(train: pd.DataFrame) -> None:
    assert select_features(train, TrainingSettings(input_features=len(NUMBERS) + 2)).kept == list(NUMBERS)
    with pytest.raises(InvalidInput, match="input_features"):
        select_features(train, TrainingSettings(input_features=44))


def test_the_model_is_given_150_features_and_one_flag_for_what_is_missing_together(train: pd.DataFrame) -> None:
    kept = select_features(train, TrainingSettings(selection_rows=1_000, selection_step=60)).kept
    assert len(kept) + len(CATEGORIES) == 150
    preparation = Preparation.fit(train, kept)
    missing = train[preparation.flags].isna()
    assert preparation.numbers == kept and len(preparation.flags) == len(missing.T.drop_duplicates())
    told = {name for name in kept if train[name].isna().mean() > 0.001}
    assert len(preparation.flags) < len(told)
    encoded = preparation.encode(train)
    assert encoded.dtype == np.float32 and encoded.shape == (len(train), preparation.width)
    assert np.isfinite(encoded).all()
