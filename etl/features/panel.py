"""Charts as a panel: each row finds the same video in the charts before and after it.

A region's observed charts are numbered in order of their days. A gap of more
than ``MAX_GAP_DAYS`` breaks the numbering, so that nothing is compared across it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.features.feature import LOOKBACK_DAYS, MAX_GAP_DAYS

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Columns = dict[str, Floats]

# Charts back that are looked at one by one: those of the look-back, where there is one a day.
LAGS = LOOKBACK_DAYS
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
    def of(cls, charts: pd.DataFrame, observed: pd.DataFrame | None = None) -> Panel:
        """Build it from rows with region_code, day and youtube_video_id, one per (region, video, day).

        ``observed`` holds region_code and day of every chart: it must be given where ``charts`` holds only
        some of their rows. Then what looks at whole charts must not be asked for.
        """
        rows = charts.sort_values(["region_code", "youtube_video_id", "day"], ignore_index=True)
        day = days_since_1970(rows["day"])
        known = rows if observed is None else observed
        regions = pd.Index(known["region_code"].unique())
        region = regions.get_indexer(rows["region_code"]).astype(np.int64)
        group = rows.groupby(["region_code", "youtube_video_id"], sort=True, observed=True).ngroup()
        keys = np.unique(regions.get_indexer(known["region_code"]) * _SPAN + days_since_1970(known["day"]))
        chart = np.searchsorted(keys, region * _SPAN + day)
        chart_region, chart_day = keys // _SPAN, keys % _SPAN
        gap = np.diff(chart_day, prepend=0)
        follows = np.diff(chart_region, prepend=-1) == 0
        number = np.cumsum(np.where(follows & (gap <= MAX_GAP_DAYS), 1, _BREAK))
        previous = np.where(follows & (gap <= MAX_GAP_DAYS), np.arange(len(keys)) - 1, -1)
        groups = group.to_numpy().astype(np.int64)
        key = groups * _SPAN * 10 + number[chart]
        return cls(
            rows=rows,
            day=day,
            group=groups,
            chart=chart.astype(np.int64),
            key=key,
            chart_day=chart_day,
            chart_previous=previous,
        )

    def __len__(self) -> int:
        return len(self.day)

    @cached_property
    def lags(self) -> Integers:
        """(rows, LAGS): the index of the same video 1, 2, … charts earlier, -1 where it was not listed.

        Also -1 where that is longer ago than the look-back.
        """
        return _lags(self.key, self.day)

    def position(self, back: int) -> Integers:
        """Return each row's index of the same video ``back`` charts earlier (later if negative), or -1."""
        wanted = self.key - back
        found = np.minimum(np.searchsorted(self.key, wanted), max(len(self) - 1, 0))
        return np.where(self.key[found] == wanted, found, -1)

    def before(self, values: Floats, back: int = 1) -> Floats:
        """Return ``values`` of the same video ``back`` charts earlier, NaN where it was not listed."""
        index = self.position(back)
        return np.where(index >= 0, values[index], np.nan)

    def lagged(self, values: Floats) -> Floats:
        """Return (rows, LAGS + 1): ``values`` of the same video now, 1, 2, … charts earlier, NaN where unknown."""
        earlier = np.where(self.lags >= 0, values[self.lags], np.nan)
        return np.concatenate([values[:, None], earlier], axis=1)

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

    def codes(self, column: Hashable) -> Integers:
        """Return a number for each different value of ``column``, missing values together."""
        codes: Integers = pd.factorize(self.rows[column], use_na_sentinel=False)[0].astype(np.int64)
        return codes

    def per_code(self, values: Floats, codes: Integers, how: str) -> Floats:
        """Aggregate ``values`` over the rows of the same chart and code, NaN left out; aligned with the rows."""
        cell = self.chart * (int(codes.max(initial=0)) + 1) + codes
        return np.asarray(pd.Series(values).groupby(cell).transform(how), dtype=np.float64)

    def charts_before(self, days: int = LOOKBACK_DAYS) -> Iterator[Integers]:
        """Yield each chart's chart 1, 2, … charts back within ``days``, -1 where there is none."""
        index = np.arange(len(self.chart_day))
        for _ in range(days):
            index = np.where(index >= 0, self.chart_previous[index], -1)
            recent = self.chart_day - self.chart_day[index] <= days
            index = np.where((index >= 0) & recent, index, -1)
            yield index

    def charts_within(self, days: int) -> Floats:
        """Return, for each row, the number of its region's charts of the last ``days``, today's included."""
        count = np.ones(len(self.chart_day))
        for index in self.charts_before():
            count += (index >= 0) & (self.chart_day - self.chart_day[index] <= days)
        return count[self.chart]

    def share_below(self, values: Floats) -> Floats:
        """Return, for each row, the share of its chart with a smaller value (ties count half)."""
        place = pd.Series(values).groupby(self.chart).rank(method="average").to_numpy()
        size = pd.Series(values).groupby(self.chart).transform("count").to_numpy()
        return np.asarray((place - 0.5) / np.maximum(size, 1), dtype=np.float64)

    def count_alike(self, column: Hashable) -> Floats:
        """Return the number of rows of the same chart with the same value of ``column``."""
        return self.per_code(np.ones(len(self)), self.codes(column), "sum")

    def earlier_alike(self, column: Hashable) -> Earlier:
        """Return what the region's earlier charts hold with the same value of ``column``."""
        return self.earlier(self.codes("region_code"), self.codes(column))

    def earlier(self, *codes: Integers) -> Earlier:
        """Return what earlier charts, of any region, hold with the same values of all ``codes``."""
        alike = np.zeros(len(self), dtype=np.int64)
        for code in codes:
            alike = alike * (int(code.max(initial=0)) + 1) + code
        return Earlier(alike * _SPAN + self.day)


class Earlier:
    """Rows alike in some way, looked up by days back; ``moments`` names the kind and the day of each row."""

    def __init__(self, moments: Integers) -> None:
        self._moments = moments
        self._order = np.argsort(moments, kind="stable")
        self._sorted = moments[self._order]
        self._end = np.searchsorted(self._sorted, moments)

    def _begin(self, days: int) -> Integers:
        first = np.searchsorted(self._sorted, self._moments - days)
        return np.maximum(first, np.searchsorted(self._sorted, self._moments // _SPAN * _SPAN))

    def count(self, days: int) -> Floats:
        """Return how many there were in the last ``days``, today's not counted."""
        return np.asarray(self._end - self._begin(days), dtype=np.float64)

    def total(self, values: Floats, days: int, since: int = 1) -> tuple[Floats, Floats]:
        """Return the sum of their ``values`` and how many were known (not NaN), of ``days`` to ``since`` days ago."""
        known = ~np.isnan(values[self._order])
        sums = np.concatenate([[0.0], np.cumsum(np.where(known, values[self._order], 0.0))])
        counts = np.concatenate([[0], np.cumsum(known)])
        begin = self._begin(days)
        end = np.maximum(np.searchsorted(self._sorted, self._moments - since, side="right"), begin)
        return sums[end] - sums[begin], (counts[end] - counts[begin]).astype(np.float64)

    def mean(self, values: Floats, days: int) -> Floats:
        """Return the mean of their ``values``, NaN left out; NaN where there were none."""
        total, count = self.total(values, days)
        return np.where(count > 0, total / np.maximum(count, 1), np.nan)

    def days_since(self, days: int) -> Floats:
        """Return the days since the last of them, NaN where there was none in the last ``days``."""
        some = self._end > self._begin(days)
        last = self._sorted[np.maximum(self._end - 1, 0)]
        return np.where(some, (self._moments - last).astype(np.float64), np.nan)


def days_since_1970(days: pd.Series) -> Integers:
    """Return dates as numbers of days."""
    return np.asarray(pd.to_datetime(days).to_numpy().astype("datetime64[D]").astype(np.int64), dtype=np.int64)


def _lags(key: Integers, day: Integers) -> Integers:
    """Find the same video in earlier charts: its rows lie directly above, one for each chart at most."""
    rows = np.arange(len(key))
    lags = np.full((len(key), LAGS), -1, dtype=np.int64)
    for back in range(1, LAGS + 1):
        found = np.minimum(np.searchsorted(key, key - back), max(len(key) - 1, 0))
        same = (key[found] == key - back) & (day[rows] - day[found] <= LOOKBACK_DAYS)
        lags[:, back - 1] = np.where(same, found, -1)
    return lags
