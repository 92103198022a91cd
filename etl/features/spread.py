"""How a video stands in the charts of all countries: of earlier days whole, of its own day what was known then.

The charts of a day are fetched one after the other. A row may use those that were fetched before it or in the same
round of looking (``ROUND_SECONDS``): they are joined as of that moment.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from etl.features.feature import LOOKBACK_DAYS, ROUND_SECONDS
from etl.features.panel import Columns, Floats, Integers, days_since_1970

_DAY_SECONDS = 86_400
# More than the seconds of any moment since 1970 that is met.
_SPAN = 100_000_000_000


@dataclass(frozen=True)
class ChartTimes:
    """The charts that were observed: ``charts`` with region_code and day of each, and when they were fetched.

    ``seconds`` since 1970, ascending, tell how many countries were read by a moment.
    """

    charts: pd.DataFrame
    seconds: Integers

    @classmethod
    def of(cls, charts: pd.DataFrame) -> Self:
        """Read them from rows with region_code, day and fetched_at."""
        latest = charts.groupby(["region_code", "day"], as_index=False, observed=True)["fetched_at"].max()
        return cls(latest[["region_code", "day"]], np.sort(_seconds(latest["fetched_at"])))

    def read(self, day: Integers, until: Integers) -> Floats:
        """Return the charts of ``day`` that were fetched up to ``until``."""
        before = np.searchsorted(self.seconds, day * _DAY_SECONDS)
        return (np.searchsorted(self.seconds, until, side="right") - before).astype(np.float64)


def add_spread(charts: pd.DataFrame, times: ChartTimes | None = None) -> pd.DataFrame:
    """Return ``charts`` with ``SPREAD_COLUMNS``.

    ``charts`` holds all rows of its videos, in all countries. ``times`` are those of all charts;
    where ``charts`` is not whole (a group of videos), they must be given.
    """
    times = times or ChartTimes.of(charts)
    day, seconds = days_since_1970(charts["day"]), _seconds(charts["fetched_at"])
    # Pages of one chart are fetched within minutes: the last of them is when it is known.
    fetched = pd.Series(seconds).groupby([day, charts["region_code"].to_numpy()]).transform("max").to_numpy()
    video = pd.factorize(charts["youtube_video_id"])[0].astype(np.int64)
    order = np.lexsort((charts["rank"].to_numpy(dtype=np.float64), fetched, video))
    columns = _spread(charts.iloc[order], video[order], day[order], fetched[order].astype(np.int64), times)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return charts.assign(**{name: values[place] for name, values in columns.items()})


def _spread(rows: pd.DataFrame, video: Integers, day: Integers, fetched: Integers, times: ChartTimes) -> Columns:
    """Compute the columns of rows that are sorted by video and moment."""
    key = video * _SPAN + fetched
    known_until = np.minimum(fetched + ROUND_SECONDS, (day + 1) * _DAY_SECONDS - 1)
    last = np.searchsorted(key, video * _SPAN + known_until, side="right") - 1
    days = _VideoDays.of(video, day)
    running = _Running(rows, days, _listed_yesterday(rows, video, day))
    countries = running.count[last]
    share = countries / np.maximum(times.read(day, known_until), 1)
    mean = running.rank_sum[last] / countries
    variance = np.maximum(running.rank_squares[last] / countries - mean**2, 0.0)
    end = days.end
    shares = days.shares(times, running.count[end])[days.of_row]
    yesterday = days.back(1)[days.of_row]
    had = yesterday >= 0

    def day_before(values: Floats) -> Floats:
        return np.where(had, values[end][yesterday], np.nan)

    past = np.concatenate([share[:, None], shares], axis=1)
    filled = np.where(np.isnan(past), -1.0, past)
    peak = filled.argmax(axis=1)
    best, most = running.best[last], running.most_views[last]
    kept = running.kept[last]
    return {
        "spread_share": share,
        "spread_share_yesterday": shares[:, 0],
        "spread_share_2": shares[:, 1],
        "spread_share_3": shares[:, 2],
        "spread_share_7": shares[:, 6],
        "spread_change": share - shares[:, 0],
        "spread_change_3": share - shares[:, 2],
        "spread_days": days.earlier()[days.of_row],
        "spread_best_rank": best,
        "spread_best_rank_yesterday": day_before(running.best),
        "spread_worst_rank": running.worst[last],
        "spread_mean_rank": mean,
        "spread_mean_rank_yesterday": day_before(running.rank_sum / running.count),
        "spread_rank_std": np.sqrt(variance),
        "spread_new_share": np.where(np.isnan(shares[:, 0]), np.nan, 1.0 - kept / countries),
        "spread_kept_share": kept / day_before(running.count),
        "spread_peak_share": filled[np.arange(len(peak)), peak],
        "spread_days_since_peak": peak.astype(np.float64),
        "spread_log_views_growth": np.log1p(most) - np.log1p(day_before(running.most_views)),
    }


@dataclass(frozen=True)
class _VideoDays:
    """The different (video, day) of sorted rows. ``end`` is the last row of each, ``of_row`` the one of a row."""

    video: Integers
    day: Integers
    end: Integers
    of_row: Integers

    @classmethod
    def of(cls, video: Integers, day: Integers) -> Self:
        key = video * _SPAN + day
        begins = np.diff(key, prepend=-1) != 0
        of_row = np.cumsum(begins) - 1
        first = np.flatnonzero(begins)
        return cls(video[first], day[first], np.append(first[1:], len(key)) - 1, of_row)

    def back(self, days: int) -> Integers:
        """Return the index of the same video ``days`` earlier, or -1."""
        key = self.video * _SPAN + self.day
        found = np.minimum(np.searchsorted(key, key - days), max(len(key) - 1, 0))
        return np.where(key[found] == key - days, found, -1)

    def shares(self, times: ChartTimes, countries: Floats) -> Floats:
        """Return (video days, LOOKBACK_DAYS): the share of countries 1, 2, … days ago, NaN where none was read."""
        columns = []
        for days in range(1, LOOKBACK_DAYS + 1):
            index, then = self.back(days), self.day - days
            read = times.read(then, (then + 1) * _DAY_SECONDS - 1)
            listed = np.where(index >= 0, countries[index], 0.0)
            columns.append(np.where(read > 0, listed / np.maximum(read, 1), np.nan))
        return np.stack(columns, axis=1)

    def earlier(self) -> Floats:
        """Count each video's earlier days within the look-back."""
        key = self.video * _SPAN + self.day
        first = np.searchsorted(key, key - LOOKBACK_DAYS)
        first = np.maximum(first, np.searchsorted(self.video, self.video))
        return (np.arange(len(key)) - first).astype(np.float64)


class _Running:
    """What was known of a video's day after each of its rows: counts, sums and extremes so far."""

    def __init__(self, rows: pd.DataFrame, days: _VideoDays, listed_yesterday: Floats) -> None:
        rank = pd.Series(rows["rank"].to_numpy(dtype=np.float64))
        ones = pd.Series(np.ones(len(rows)))
        of = days.of_row
        self.count = ones.groupby(of).cumsum().to_numpy()
        self.rank_sum = rank.groupby(of).cumsum().to_numpy()
        self.rank_squares = (rank**2).groupby(of).cumsum().to_numpy()
        self.best = rank.groupby(of).cummin().to_numpy()
        self.worst = rank.groupby(of).cummax().to_numpy()
        self.most_views = pd.Series(rows["views"].to_numpy(dtype=np.float64)).groupby(of).cummax().to_numpy()
        self.kept = pd.Series(listed_yesterday).groupby(of).cumsum().to_numpy()


def _listed_yesterday(rows: pd.DataFrame, video: Integers, day: Integers) -> Floats:
    """Return 1 where the same country listed the video a day earlier."""
    region = pd.factorize(rows["region_code"])[0].astype(np.int64)
    key = (video * (int(region.max(initial=0)) + 1) + region) * _SPAN + day
    return np.isin(key - 1, key).astype(np.float64)


def _seconds(moments: pd.Series) -> Integers:
    utc = pd.to_datetime(moments, utc=True).dt.tz_localize(None)
    return np.asarray(utc.to_numpy().astype("datetime64[s]"), dtype=np.int64)
