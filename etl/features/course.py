"""The course of a video in a country's chart: its places and its growth over the last days."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from etl.features.feature import WINDOWS
from etl.features.panel import Columns, Flags, Floats, Panel

# The shortest time between two charts over which a daily growth is told.
_SHORTEST_DAYS = 1 / 24.0


def course(panel: Panel, known: Columns, moment: Floats) -> Columns:
    """Return the features of the family COURSE; ``moment`` is when each row was fetched, in hours."""
    steps = _Steps(panel, moment)
    rank = panel.lagged(known["rank"])
    views, likes, comments = (steps.growth(known[name]) for name in ("log_views", "log_likes", "log_comments"))
    columns: Columns = {
        "views_growth_3": views[:, 2],
        "views_growth_4": views[:, 3],
        "likes_growth_before": likes[:, 1],
        "comments_growth": comments[:, 0],
        "comments_growth_before": comments[:, 1],
    }
    for name in ("like_ratio", "comment_ratio"):
        course_of = panel.lagged(known[name])
        for suffix, back in (("", 1), ("_3", 3), ("_7", 7)):
            columns[f"{name}_change{suffix}"] = course_of[:, 0] - course_of[:, back]
    for days in WINDOWS:
        inside = steps.back <= days
        places = _Window(rank, inside)
        columns |= {
            f"rank_mean_{days}": places.mean,
            f"rank_best_{days}": places.least,
            f"rank_worst_{days}": places.greatest,
            f"rank_std_{days}": places.std(),
            f"rank_slope_{days}": places.slope(-steps.back),
        }
        # A growth belongs to the window where both of its ends do.
        growth = _Window(views, inside[:, 1:])
        columns |= {
            f"views_growth_mean_{days}": growth.mean,
            f"views_growth_max_{days}": growth.greatest,
            f"views_growth_min_{days}": growth.least,
            f"views_growth_std_{days}": growth.std(),
            f"views_growth_vs_mean_{days}": views[:, 0] - growth.mean,
        }
        for name, course_of in (("likes", likes), ("comments", comments)):
            window = _Window(course_of, inside[:, 1:])
            columns |= {f"{name}_growth_mean_{days}": window.mean, f"{name}_growth_std_{days}": window.std()}
        columns[f"seen_share_{days}"] = inside.sum(axis=1) / panel.charts_within(days)
    return columns | _stay(panel, known, rank, steps)


def _stay(panel: Panel, known: Columns, rank: Floats, steps: _Steps) -> Columns:
    seen = steps.seen
    rows = np.arange(len(panel))
    unbroken = np.logical_and.accumulate(seen, axis=1).sum(axis=1) - 1
    entry_rank = rank[rows, unbroken]
    filled = np.where(seen, rank, np.inf)
    best = filled.argmin(axis=1)
    farthest = np.where(seen, steps.back, -1.0).max(axis=1)
    return {
        # Seen there, and not in the chart after it.
        "returns": (seen[:, 1:] & ~seen[:, :-1]).sum(axis=1).astype(np.float64),
        "days_since_first": farthest,
        "days_since_best": steps.back[rows, best],
        "entry_rank": entry_rank,
        "rank_vs_entry": known["rank"] - entry_rank,
        "rank_vs_best": known["rank"] - filled[rows, best],
        "age_at_entry": panel.lagged(known["age_hours"])[rows, unbroken],
    }


class _Steps:
    """Where a video stood in the charts before: days back and hours of each, NaN where it was not listed."""

    def __init__(self, panel: Panel, moment: Floats) -> None:
        self._panel = panel
        self._moment = panel.lagged(moment)
        self.back = (panel.day[:, None] - panel.lagged(panel.day.astype(np.float64))).astype(np.float64)
        self.seen: Flags = ~np.isnan(self.back)

    def growth(self, values: Floats) -> Floats:
        """Return (rows, LAGS): the daily change from the next earlier chart to each chart."""
        course_of = self._panel.lagged(values)
        days = np.maximum((self._moment[:, :-1] - self._moment[:, 1:]) / 24.0, _SHORTEST_DAYS)
        return (course_of[:, :-1] - course_of[:, 1:]) / days


class _Window:
    """Figures over those of ``values`` (rows, charts) that are ``inside`` and known."""

    def __init__(self, values: Floats, inside: npt.NDArray[np.bool_]) -> None:
        self._present = inside & ~np.isnan(values)
        self._values = np.where(self._present, values, 0.0)
        self._count = self._present.sum(axis=1)
        self.mean = self._over(self._values.sum(axis=1))
        low = np.where(self._present, values, np.inf).min(axis=1)
        high = np.where(self._present, values, -np.inf).max(axis=1)
        self.least, self.greatest = (np.where(self._count > 0, end, np.nan) for end in (low, high))

    def _over(self, total: Floats, least: int = 1) -> Floats:
        return np.where(self._count >= least, total / np.maximum(self._count, 1), np.nan)

    def std(self) -> Floats:
        """Return the standard deviation, NaN of fewer than two."""
        apart = np.where(self._present, self._values - np.nan_to_num(self.mean)[:, None], 0.0)
        return np.sqrt(self._over((apart**2).sum(axis=1), least=2))

    def slope(self, days: Floats) -> Floats:
        """Return the change a day by least squares, NaN of fewer than two days."""
        when = np.where(self._present, days, 0.0)
        apart = np.where(self._present, when - (when.sum(axis=1) / np.maximum(self._count, 1))[:, None], 0.0)
        spread = (apart**2).sum(axis=1)
        return np.where(spread > 0, (apart * self._values).sum(axis=1) / np.where(spread > 0, spread, 1.0), np.nan)
