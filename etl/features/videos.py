"""What is computed over all countries, for each video and channel, before the charts of each country are looked at."""

from __future__ import annotations

import pandas as pd

from etl.features.contract import LISTING_COLUMNS, RECORD_COLUMNS
from etl.features.record import record
from etl.features.spread import ChartTimes, add_spread
from etl.features.titles import title_features


def describe_videos(
    charts: pd.DataFrame, times: ChartTimes | None = None, listings: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return ``charts`` with ``SPREAD_COLUMNS``, ``TITLE_COLUMNS`` and ``RECORD_COLUMNS``, and without the titles.

    ``charts`` holds all rows of its channels, in all countries; a group of channels needs the ``times`` of all charts.
    ``listings`` are the ``LISTING_COLUMNS`` of ``charts`` and of the days before (default: of ``charts`` alone).
    """
    times = times or ChartTimes.of(charts)
    listings = charts[list(LISTING_COLUMNS)] if listings is None else listings
    spread = add_spread(charts, times)
    titles = title_features(spread["title"]).set_index(spread.index)
    records = record(spread, listings, times.charts)[list(RECORD_COLUMNS)]
    return pd.concat([spread.drop(columns="title"), titles, records], axis=1)
