"""Charts as a panel: each row finds the same video in the charts before and after it.

A region's observed charts are numbered in order of their days. A gap of more
than ``MAX_GAP_DAYS`` breaks the numbering, so that nothing is compared across it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.features.contract import LOOKBACK_DAYS, MAX_GAP_DAYS

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# Farther than any number of charts that is looked back on.
_BREAK = 1_000
_SPAN = 1_000_000


@dataclass(frozen=True)
class Panel:
    """Rows sorted by (region, video, day); all arrays are aligned with ``rows`` or with the charts.

    ``day`` counts days since 1970, ``chart`` numbers the (region, day) of a row,
    ``key`` numbers (region, video, chart in the region), ascending.
    """

    rows: pd.DataFrame
    day: Integers
    group: Integers
    chart: Integers
    key: Integers
    chart_day: Integers
    chart_previous: Integers

    @classmethod
    def of(cls, charts: pd.DataFrame) -> Panel:
        """Build it from rows with region_code, day and youtube_video_id, one per (region, video, day)."""
        rows = charts.sort_values(["region_code", "youtube_video_id", "day"], ignore_index=True)
        day = pd.to_datetime(rows["day"]).to_numpy().astype("datetime64[D]").astype(np.int64)
        region = pd.factorize(rows["region_code"])[0].astype(np.int64)
        group = rows.groupby(["region_code", "youtube_video_id"], sort=True, observed=True).ngroup()
        keys, chart = np.unique(region * _SPAN + day, return_inverse=True)
        chart_region, chart_day = keys // _SPAN, keys % _SPAN
        gap = np.diff(chart_day, prepend=0)
        follows = np.diff(chart_region, prepend=-1) == 0
        number = np.cumsum(np.where(follows & (gap <= MAX_GAP_DAYS), 1, _BREAK))
        previous = np.where(follows & (gap <= MAX_GAP_DAYS), np.arange(len(keys)) - 1, -1)
        groups = group.to_numpy().astype(np.int64)
        return cls(
            rows=rows,
            day=day,
            group=groups,
            chart=chart.astype(np.int64),
            key=groups * _SPAN * 10 + number[chart],
            chart_day=chart_day,
            chart_previous=previous,
        )

    def __len__(self) -> int:
        return len(self.day)

    def position(self, back: int) -> Integers:
        """Return each row's index of the same video ``back`` charts earlier (later if negative), or -1."""
        wanted = self.key - back
        found = np.minimum(np.searchsorted(self.key, wanted), max(len(self) - 1, 0))
        return np.where(self.key[found] == wanted, found, -1)

    def before(self, values: Floats, back: int = 1) -> Floats:
        """Return ``values`` of the same video ``back`` charts earlier, NaN where it was not listed."""
        index = self.position(back)
        return np.where(index >= 0, values[index], np.nan)

    def days_on_chart(self) -> Floats:
        """Return the days since the unbroken stay began, at most ``LOOKBACK_DAYS``."""
        came = self.position(1) < 0
        start = np.maximum.accumulate(np.where(came, np.arange(len(self)), 0))
        stay: Floats = np.minimum(self.day - self.day[start], LOOKBACK_DAYS).astype(np.float64)
        return stay

    def days_seen(self) -> Floats:
        """Return the number of earlier rows of the video in this chart within the look-back."""
        moment = self.group * _SPAN + self.day
        first = np.searchsorted(moment, moment - LOOKBACK_DAYS)
        first = np.maximum(first, np.searchsorted(self.group, self.group))
        earlier: Floats = (np.arange(len(self)) - first).astype(np.float64)
        return earlier

    def stays(self) -> Floats:
        """Return the label: 1 in tomorrow's chart, 0 not, NaN where tomorrow's chart was not observed."""
        follows = np.full(len(self.chart_day), -1)
        later = np.flatnonzero(self.chart_previous >= 0)
        follows[self.chart_previous[later]] = self.chart_day[later]
        observed = (follows == self.chart_day + 1)[self.chart]
        return np.where(observed, (self.position(-1) >= 0).astype(np.float64), np.nan)

    def per_chart(self, values: Floats, how: str) -> Floats:
        """Aggregate ``values`` over the rows of each chart, NaN left out; aligned with the charts."""
        grouped = pd.Series(values).groupby(self.chart)
        answer: Any = grouped.agg(how)
        return np.asarray(answer.to_numpy(), dtype=np.float64)

    def charts_before(self) -> Iterator[Integers]:
        """Yield each chart's chart 1, 2, … charts back within the look-back, -1 where there is none."""
        index = np.arange(len(self.chart_day))
        for _ in range(LOOKBACK_DAYS):
            index = np.where(index >= 0, self.chart_previous[index], -1)
            recent = self.chart_day - self.chart_day[index] <= LOOKBACK_DAYS
            index = np.where((index >= 0) & recent, index, -1)
            yield index

    def share_below(self, values: Floats) -> Floats:
        """Return, for each row, the share of its chart with a smaller value (ties count half)."""
        place = pd.Series(values).groupby(self.chart).rank(method="average").to_numpy()
        size = pd.Series(values).groupby(self.chart).transform("count").to_numpy()
        return np.asarray((place - 0.5) / np.maximum(size, 1), dtype=np.float64)

    def count_alike(self, column: Hashable) -> Floats:
        """Return the number of rows of the same chart with the same value of ``column``."""
        codes = pd.factorize(self.rows[column], use_na_sentinel=False)[0]
        return np.asarray(pd.Series(codes).groupby([self.chart, codes]).transform("count"), dtype=np.float64)

    def earlier_alike(self, column: Hashable) -> Floats:
        """Return the number of rows of the region's earlier charts in the look-back with the same value."""
        value = pd.factorize(self.rows[column], use_na_sentinel=False)[0]
        region = pd.factorize(self.rows["region_code"])[0]
        alike = pd.Series(value).groupby([region, value]).ngroup().to_numpy().astype(np.int64)
        moment = alike * _SPAN + self.day
        order = np.sort(moment)
        first = np.maximum(np.searchsorted(order, moment - LOOKBACK_DAYS), np.searchsorted(order, alike * _SPAN))
        earlier: Floats = (np.searchsorted(order, moment) - first).astype(np.float64)
        return earlier
