"""What is asked beside staying: how fast a video grows by tomorrow, and whether it is about to break out.

Growth: ln(1 + views) a day later minus today's, of rows whose video is in any chart of the next day. Breakout: a
video listed by fewer than ten countries is listed by at least ten on one of the next three days; one row a video
and day, that of its best place.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd

from ml.trend.further import BREAKOUT_DAYS, COUNTRIES, breakout, growth
from ml.trend.trees import Known

_TARGET = "breaks_out"


@dataclass(frozen=True)
class Task:
    """Rows with their target: ``before`` to learn from, ``later`` to be measured on."""

    before: Known
    later: Known


def growth_task(frame: pd.DataFrame, until: date) -> Task:
    """Return the growth of the rows of ``frame``; what is learned from looks at no day after ``until``."""
    return _split(frame, growth(frame), until, looks_ahead=1)


def breakout_task(frame: pd.DataFrame, until: date) -> Task:
    """Return which videos of few countries break out; days whose next three were not all observed are left out."""
    found = frame.assign(**{_TARGET: breakout(frame)})
    best = found.sort_values(["day", "rank"], kind="stable").drop_duplicates(["youtube_video_id", "day"])
    return _split(best.drop(columns=_TARGET), best[_TARGET].to_numpy(), until, looks_ahead=BREAKOUT_DAYS)


def growth_baselines(task: Task) -> dict[str, npt.NDArray[np.float64]]:
    """Return the median, a table by age and growth so far, and the growth of the last day once more."""
    before, later = task.before, task.later
    cell = _cells(before.rows)
    medians = pd.Series(before.target).groupby(cell).median()
    overall = float(np.median(before.target))
    table = pd.Series(_cells(later.rows)).map(medians).fillna(overall)
    last = later.rows["views_growth"].fillna(later.rows["spread_log_views_growth"]).fillna(overall)
    return {
        "majority": np.full(len(later.target), overall),
        "lookup": table.to_numpy(dtype=np.float64),
        "last_day": last.to_numpy(dtype=np.float64),
    }


def breakout_baselines(task: Task) -> dict[str, npt.NDArray[np.float64]]:
    """Return the share of all, and a table by the countries that list a video and those it has won."""
    before, later = task.before, task.later
    share = float(before.target.mean())

    def cells(rows: pd.DataFrame) -> npt.NDArray[np.int64]:
        spread = (rows["spread_share"].fillna(0) * 110).round().clip(0, COUNTRIES).to_numpy(dtype=np.int64)
        won = (rows["spread_change"].fillna(0) * 110).round().clip(-3, COUNTRIES).to_numpy(dtype=np.int64)
        new = (rows["spread_days"] == 0).to_numpy(dtype=np.int64)
        return np.asarray((spread * 20 + won + 3) * 2 + new, dtype=np.int64)

    counted = pd.Series(before.target).groupby(cells(before.rows)).agg(["sum", "count"])
    chances = (counted["sum"] + 20 * share) / (counted["count"] + 20)
    table = pd.Series(cells(later.rows)).map(chances).fillna(share)
    return {"majority": np.full(len(later.target), share), "lookup": table.to_numpy(dtype=np.float64)}


def _cells(rows: pd.DataFrame) -> npt.NDArray[np.int64]:
    age = np.clip(rows["age_hours"].fillna(0).to_numpy() * 4, 0, 39).astype(np.int64)
    growth = rows["views_growth"].fillna(rows["spread_log_views_growth"]).to_numpy()
    step = np.where(np.isnan(growth), 40, np.clip(np.nan_to_num(growth) * 20, 0, 39)).astype(np.int64)
    return np.asarray(age * 50 + step, dtype=np.int64)


def _split(rows: pd.DataFrame, target: npt.NDArray[np.float32], until: date, *, looks_ahead: int) -> Task:
    known = ~np.isnan(target)
    past = known & (rows["day"] <= until - timedelta(days=looks_ahead)).to_numpy()
    later = known & (rows["day"] > until).to_numpy()
    return Task(
        Known(rows[past].reset_index(drop=True), target[past]), Known(rows[later].reset_index(drop=True), target[later])
    )
