"""What is computed for each video over all countries, before the charts of each country are looked at."""

from __future__ import annotations

import pandas as pd

from etl.features.spread import ChartTimes, add_spread
from etl.features.titles import title_features


def describe_videos(charts: pd.DataFrame, times: ChartTimes | None = None) -> pd.DataFrame:
    """Return ``charts`` with ``SPREAD_COLUMNS`` and ``TITLE_COLUMNS``, and without the titles themselves.

    ``charts`` holds all rows of its videos, in all countries; a group of videos needs the ``times`` of all charts.
    """
    spread = add_spread(charts, times)
    titles = title_features(spread["title"]).set_index(spread.index)
    return pd.concat([spread.drop(columns="title"), titles], axis=1)
