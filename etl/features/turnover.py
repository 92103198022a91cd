"""How a country's chart is renewed: what stayed of the charts before this one.

Whether a row stayed is known a chart later. So only charts before the present one are looked at, and in them
only rows whose next chart was observed.
"""

from __future__ import annotations

import numpy as np

from etl.features.feature import LOOKBACK_DAYS
from etl.features.panel import Columns, Floats, Integers, Panel

# Ranks are looked at in bands of ten.
BANDS = 20
# With the look-back, and with gaps, this is within the declared context.
_LONGEST_STAY = 3


def bands(rank: Floats) -> Integers:
    """Return the band of each place: 0 for the first ten, 1 for the next."""
    return np.minimum((rank - 1) // 10, BANDS - 1).astype(np.int64)


def turnover(panel: Panel, known: Columns) -> Columns:
    """Return the features of the family TURNOVER."""
    stayed = (panel.position(-1) >= 0).astype(np.float64)
    of_chart = panel.per_chart(stayed, "mean")
    before = panel.chart_previous
    last = np.where(before >= 0, of_chart[before], np.nan)
    followed = np.zeros(len(panel.chart_day), dtype=bool)
    followed[before[before >= 0]] = True
    # A row whose chart was not followed by another says nothing.
    told = np.where(followed[panel.chart], stayed, np.nan)
    days = np.minimum(known["days_on_chart"], _LONGEST_STAY).astype(np.int64)
    return {
        "usual_stay": _usual(panel, of_chart)[panel.chart],
        "last_stay": last[panel.chart],
        "near_stay": _stay_of(panel, stayed, bands(known["rank"]), BANDS),
        "days_stay": _stay_of(panel, stayed, days, _LONGEST_STAY + 1),
        "category_stay": _stay_of(panel, stayed, panel.codes("category_id")),
        "channel_stay": panel.earlier_alike("youtube_channel_id").mean(told, LOOKBACK_DAYS),
    }


def _stay_of(panel: Panel, stayed: Floats, kind: Integers, kinds: int | None = None) -> Floats:
    """Return the share of rows of this row's ``kind`` that stayed, median of the charts of the look-back."""
    kinds = kinds or int(kind.max(initial=0)) + 1
    shape = (len(panel.chart_day), kinds)
    cell = panel.chart * kinds + kind
    listed = np.bincount(cell, minlength=shape[0] * kinds).reshape(shape)
    stay = np.bincount(cell, weights=stayed, minlength=shape[0] * kinds).reshape(shape)
    share = np.where(listed > 0, stay / np.maximum(listed, 1), np.nan)
    return _usual(panel, share)[panel.chart, kind]


def _usual(panel: Panel, stayed: Floats) -> Floats:
    """Return, for each chart, the median over the charts before it in the look-back of ``stayed``.

    ``stayed`` (charts, …) tells how much of a chart was still there a chart later,
    so that of the chart itself is not looked at. The median is not moved by the
    few days on which YouTube barely renews its charts.
    """
    missing = np.full_like(stayed, np.nan)
    columns = [
        np.where((index >= 0).reshape(-1, *[1] * (stayed.ndim - 1)), stayed[index], missing)
        for index in panel.charts_before()
    ]
    values = np.sort(np.stack(columns), axis=0)
    counts = np.sum(~np.isnan(values), axis=0)
    low, high = np.maximum(counts - 1, 0) // 2, np.minimum(counts // 2, np.maximum(counts - 1, 0))
    middle = np.take_along_axis(values, np.stack([low, high]), axis=0)
    return np.asarray(middle.mean(axis=0), dtype=np.float64)
