"""Both sides of the look: rows that the champion learned from, and rows of the last days, in whole charts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from etl.features.contract import CATEGORIES, KEYS
from etl.features.recent import recent_rows
from ytempire.database.connection import Connection
from ytempire.errors import InvalidInput, Skippable
from ytempire.settings import DriftSettings

_CHART = ["region_code", "day"]


def current_rows(connection: Connection, settings: DriftSettings) -> pd.DataFrame:
    """Return a sample of the charts of the last days with their features. Raises Skippable if there are too few."""
    rows = recent_rows(connection, whole_days=settings.current_days)
    if rows.empty:
        raise Skippable("there are no charts to look at")
    last = rows[rows["day"] > rows["day"].max() - timedelta(days=settings.current_days)]
    if last["day"].nunique() < settings.current_days:
        found, wanted = last["day"].nunique(), settings.current_days
        raise Skippable(f"charts of {found} days are too few to be compared: {wanted} are wanted")
    # What it learned from is kept without titles: both sides are judged by the features alone.
    return _sample(last.drop(columns="title"), settings)


def reference_rows(
    folder: Path, first: date, last: date, regions: set[str], numbers: list[str], settings: DriftSettings
) -> pd.DataFrame:
    """Return a sample of the charts of ``regions`` from ``first`` to ``last`` in the feature set in ``folder``.

    Raises InvalidInput if the set is not there, or has nothing of these days and countries.
    """
    parts = sorted(folder.glob("*.parquet"))
    if not parts:
        raise InvalidInput("features", f"there is no feature set in {folder}", "Run model_retraining on this host.")
    charts = pd.concat([_charts(part) for part in parts], ignore_index=True).drop_duplicates()
    charts = charts[charts["region_code"].isin(regions) & charts["day"].between(first, last)]
    if charts.empty:
        problem = f"{folder} has no charts of {', '.join(sorted(regions))} from {first} to {last}"
        raise InvalidInput("features", problem, "Run model_retraining: the set is not the champion's.")
    chosen = charts.sort_values(_CHART).sample(frac=1, random_state=settings.seed)
    found: list[pd.DataFrame] = []
    # Charts hold up to some fifty rows: read as many as surely suffice, then cut.
    wanted = chosen.head(max(1, settings.sample_rows // 20))
    for part in parts:
        found.append(_rows(part, wanted, list(dict.fromkeys([*KEYS, *CATEGORIES, "rank", *numbers]))))
    return _sample(pd.concat(found, ignore_index=True), settings)


def _charts(part: Path) -> pd.DataFrame:
    return _plain(pd.read_parquet(part, columns=_CHART)).drop_duplicates()


def _rows(part: Path, charts: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    days = charts["day"].unique().tolist()
    rows = _plain(pd.read_parquet(part, columns=columns, filters=[("day", "in", days)]))
    return rows.merge(charts, on=_CHART)


def _plain(rows: pd.DataFrame) -> pd.DataFrame:
    rows["day"] = pd.to_datetime(rows["day"]).dt.date
    rows["region_code"] = rows["region_code"].astype(str)
    return rows


def _sample(rows: pd.DataFrame, settings: DriftSettings) -> pd.DataFrame:
    """Return whole charts, chosen by the seed, up to the wanted number of rows."""
    by_chart = dict(iter(rows.groupby(_CHART, sort=True)))
    order = np.random.default_rng(settings.seed).permutation(len(by_chart))
    keys = list(by_chart)

    def chosen() -> Iterator[pd.DataFrame]:
        count = 0
        for place in order:
            chart = by_chart[keys[place]]
            if count and count + len(chart) > settings.sample_rows:
                return
            count += len(chart)
            yield chart

    ordered = pd.concat(list(chosen()), ignore_index=True)
    return ordered.sort_values(["day", "region_code", "rank", "youtube_video_id"], ignore_index=True)
