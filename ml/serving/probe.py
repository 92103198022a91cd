"""Rows on which a version is tried before it answers anybody, and on which its ways to compute are measured."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from etl.features.contract import LABEL, NUMBERS
from ml.trend.titles import TITLE_AXES
from ytempire.errors import InvalidInput
from ytempire.settings import Settings

if TYPE_CHECKING:
    from ml.trend.model import TrendModel

_CHARTS, _ROWS = 3, 4
_SOME_DAY = date(2026, 1, 5).toordinal()


def check(model: TrendModel) -> None:
    """Have ``model`` judge rows in which all is usual, and rows in which nothing is known.

    Raises InvalidInput for one that wants features which nobody computes, or that answers with no chance.
    """
    wanted = model.preparation.numbers
    if unknown := [name for name in wanted if name not in NUMBERS]:
        raise InvalidInput("model.features", f"{unknown[0]} is not computed here", "Retrain with this version.")
    for values in (dict(zip(wanted, model.preparation.means, strict=True)), dict.fromkeys(wanted, float("nan"))):
        chances = model.chances(probe(model, values))
        if not (np.isfinite(chances).all() and (chances >= 0).all() and (chances <= 1).all()):
            raise InvalidInput("model", "it answers with what is no chance (NaN)", "Train it again, or roll back.")


def probe(model: TrendModel, values: Mapping[str, float]) -> pd.DataFrame:
    """Return rows of a few charts that all have ``values``."""
    count = _CHARTS * _ROWS
    rows = pd.DataFrame({name: np.full(count, value) for name, value in values.items()})
    regions = model.preparation.regions
    return rows.assign(
        rank=np.tile(np.arange(1.0, _ROWS + 1), _CHARTS),
        region_code=np.repeat([regions[place % len(regions)] for place in range(_CHARTS)], _ROWS),
        day=np.repeat([date.fromordinal(_SOME_DAY + place) for place in range(_CHARTS)], _ROWS),
        youtube_video_id=[f"probe-{place}" for place in range(count)],
        category_id=model.preparation.categories[0],
        **_no_titles(model),
    )


def judging_rows(settings: Settings, model: TrendModel) -> pd.DataFrame:
    """Return the charts of the last labelled days of the feature set, rows of no meaning where there is none."""
    import pyarrow.dataset

    means = dict(zip(model.preparation.numbers, model.preparation.means, strict=True))
    path = settings.data_root / "features" / "trend"
    if not path.exists():
        return probe(model, means)
    columns = sorted(
        {*model.preparation.numbers, "rank", "region_code", "day", "youtube_video_id", "category_id", LABEL}
    )
    features = pyarrow.dataset.dataset(path, partitioning="hive")
    if set(columns) - set(features.schema.names):
        return probe(model, means)
    labelled = pyarrow.dataset.field(LABEL).is_valid()
    days = sorted(features.to_table(columns=["day"], filter=labelled)["day"].unique().to_pylist())
    wanted = days[-settings.serving.gate_days :]
    if not wanted:
        return probe(model, means)
    rows = features.to_table(columns=columns, filter=labelled & pyarrow.dataset.field("day").isin(wanted)).to_pandas()
    chart = rows.groupby(["day", "region_code"], sort=False, observed=True).ngroup()
    rng = np.random.default_rng(7)
    taken = rng.permutation(chart.max() + 1)[: settings.serving.gate_charts]
    rows = rows[chart.isin(taken)].reset_index(drop=True)
    days, regions = pd.to_datetime(rows["day"]).dt.date, rows["region_code"].astype(str)
    return rows.assign(day=days, region_code=regions, **_no_titles(model))


def _no_titles(model: TrendModel) -> dict[str, float]:
    """Columns of one that reads titles: it is exported with them, and always given them."""
    return dict.fromkeys(TITLE_AXES, np.nan) if model.preparation.titles else {}
