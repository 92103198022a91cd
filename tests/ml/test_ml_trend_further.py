"""What else becomes of a row: known as far as the given days reach, and no further."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest

from ml.trend.data import Preparation, to_charts
from ml.trend.fit import Recipe, fit
from ml.trend.further import CHANCES, FURTHER, further
from ml.trend.model import TrendModel
from ml.trend.network import Shape
from ml.trend.trees import Known, grow
from ytempire.errors import InvalidInput
from ytempire.settings import TreesSettings


def rows_of(charts: dict[tuple[int, str], list[str]]) -> pd.DataFrame:
    """Rows from (day number, country) → its videos in order; views grow by one in the logarithm a day."""
    return pd.DataFrame(
        [
            {
                "day": date(2026, 3, 1) + timedelta(days=day),
                "region_code": region,
                "youtube_video_id": video,
                "rank": place,
                "log_views": float(day),
            }
            for (day, region), videos in charts.items()
            for place, video in enumerate(videos, start=1)
        ]
    )


def told(rows: pd.DataFrame) -> pd.DataFrame:
    """The targets by day number, country and video."""
    keys = rows[["day", "region_code", "youtube_video_id"]].assign(day=rows["day"].map(lambda day: day.day - 1))
    return pd.concat([keys, pd.DataFrame(further(rows), columns=list(FURTHER))], axis=1).set_index(list(keys))


def test_targets_look_ahead_in_the_same_country() -> None:
    found = told(rows_of({(0, "US"): ["a", "b"], (1, "US"): ["b", "a"], (2, "US"): ["b"], (3, "US"): ["a"]}))
    a, b = found.loc[(0, "US", "a")], found.loc[(0, "US", "b")]
    assert (a["stays_2"], a["stays_3"], b["stays_2"], b["stays_3"]) == (0, 1, 1, 0)
    assert a["place_tomorrow"] == pytest.approx(48 / 49) and b["place_tomorrow"] == 1
    assert a["growth_tomorrow"] == 1 and np.isnan(found.loc[(2, "US", "b"), "place_tomorrow"])


def test_what_the_days_do_not_tell_is_unknown() -> None:
    found = told(rows_of({(0, "US"): ["a"], (1, "US"): ["a"], (0, "DE"): ["b"], (2, "DE"): ["b"]}))
    assert np.isnan(found.loc[(1, "US", "a")]).all()
    assert np.isnan(found.loc[(0, "US", "a"), ["stays_2", "stays_3"]]).all()
    # Germany's chart of the next day was not observed, that of the day after was.
    assert found.loc[(0, "DE", "b"), "stays_2"] == 1 and np.isnan(found.loc[(0, "DE", "b"), "place_tomorrow"])


def test_days_that_are_not_given_have_no_say() -> None:
    rng = np.random.default_rng(3)
    charts = {(day, code): [f"v{n}" for n in rng.permutation(12)[:6]] for day in range(9) for code in ("US", "DE")}
    whole = told(rows_of(charts))
    early = told(rows_of({key: videos for key, videos in charts.items() if key[0] < 6}))
    same = early.join(whole, rsuffix="_of_all")
    for name in FURTHER:
        known = same[name].notna()
        assert (same.loc[known, name] == same.loc[known, f"{name}_of_all"]).all()
    assert early.loc[5].isna().all(axis=None) and early["stays_3"].notna().any()


@pytest.fixture(scope="module")
def trained(feature_rows: pd.DataFrame) -> tuple[TrendModel, pd.DataFrame]:
    labelled = feature_rows[feature_rows["day"] < feature_rows["day"].max()].reset_index(drop=True)
    preparation = Preparation.fit(labelled)
    sizes = (preparation.width, len(preparation.regions), len(preparation.categories))
    recipe = Recipe(Shape(*sizes, width=16, learning_rate=1e-2), epochs=6, batch_charts=4, seed=4)
    network = fit(recipe, to_charts(labelled, preparation, further(labelled))).network
    return TrendModel(network, preparation), labelled


def test_the_network_foresees_what_it_was_taught(trained: tuple[TrendModel, pd.DataFrame]) -> None:
    model, rows = trained
    shuffled = rows.sample(frac=1, random_state=2)
    said, true = model.foresee(shuffled), pd.DataFrame(further(shuffled), columns=list(FURTHER), index=shuffled.index)
    assert list(said) == list(FURTHER) and said[list(CHANCES)].stack().between(0, 1).all()
    for name in ("stays_2", "stays_3", "place_tomorrow"):
        known = true[name].notna()
        assert np.corrcoef(said.loc[known, name], true.loc[known, name])[0, 1] > 0.2
    grown = true["growth_tomorrow"]
    off = {"network": (said["growth_tomorrow"] - grown).abs().mean(), "median": (grown.median() - grown).abs().mean()}
    assert off["network"] < off["median"]


def test_trees_alone_foresee_nothing_else(trained: tuple[TrendModel, pd.DataFrame]) -> None:
    model, rows = trained
    known = Known(rows, rows["stays"].to_numpy(dtype=np.float32))
    trees = grow(known, model.preparation, TreesSettings(threads=1), seed=1, rounds=2)
    with pytest.raises(InvalidInput, match="no network"):
        TrendModel(None, model.preparation, trees).foresee(rows)
