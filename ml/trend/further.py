"""What else becomes of a row: learned beside whether it stays tomorrow, so that the network sees more of each row.

Every target is taken from the given rows alone. Of the last days less is known the further a target looks ahead, and
what is not known is NaN: a training never looks past its own last day.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float32]
Integers = npt.NDArray[np.int64]

COUNTRIES = 10
BREAKOUT_DAYS = 3

CHANCES = ("stays_2", "stays_3", "breaks_out")
AMOUNTS = ("place_tomorrow", "growth_tomorrow")
FURTHER = (*CHANCES, *AMOUNTS)
# Between the days of one country or video in a key, so that the days after its last are nobody's.
_APART = 10_000


def further(rows: pd.DataFrame) -> Floats:
    """Return (rows, len(FURTHER)) of ``rows`` (region_code, day, youtube_video_id, rank, log_views).

    ``stays_2`` and ``stays_3``: it is in the same country's chart two, three days later. ``place_tomorrow``: where it
    stands a day later, 1 for the first and 0 for the fiftieth place. ``growth_tomorrow``: ``growth``. ``breaks_out``:
    ``breakout``.
    """
    video, region, day = _codes(rows)
    row, chart = (video * (region.max(initial=0) + 1) + region) * _APART + day, region * _APART + day
    charts, place = pd.Index(np.unique(chart)), rows["rank"].to_numpy(dtype=np.float64)

    def stays(ahead: int) -> npt.NDArray[np.float64]:
        there = ~np.isnan(_looked_up(row, place, row + ahead))
        return np.where(charts.get_indexer(chart + ahead) >= 0, there, np.nan)

    known = {
        "stays_2": stays(2),
        "stays_3": stays(3),
        "breaks_out": breakout(rows),
        "place_tomorrow": (50 - _looked_up(row, place, row + 1)) / 49,
        "growth_tomorrow": growth(rows),
    }
    return np.stack([np.asarray(known[name], dtype=np.float32) for name in FURTHER], axis=1)


def growth(rows: pd.DataFrame) -> Floats:
    """Return ln(1 + views) of the next day's charts, most of any country, minus the row's; NaN where none lists it."""
    video, _, day = _codes(rows)
    views = rows["log_views"].to_numpy(dtype=np.float64)
    most = pd.Series(views).groupby(video * _APART + day).max()
    tomorrow = _looked_up(most.index.to_numpy(), most.to_numpy(), video * _APART + day + 1)
    return np.asarray(tomorrow - views, dtype=np.float32)


def breakout(rows: pd.DataFrame) -> Floats:
    """Return 1 where a video of fewer than ten countries is listed by at least ten on one of the next three days.

    NaN where it has so many already, or where those days were not all observed.
    """
    video, _, day = _codes(rows)
    here = video * _APART + day
    known, counts = np.unique(here, return_counts=True)
    days = np.unique(day)
    ahead = range(1, BREAKOUT_DAYS + 1)
    most = np.max([np.nan_to_num(_looked_up(known, counts, here + one)) for one in ahead], axis=0)
    watched = np.all([np.isin(day + one, days) for one in ahead], axis=0)
    asked = watched & (_looked_up(known, counts, here) < COUNTRIES)
    return np.where(asked, most >= COUNTRIES, np.nan).astype(np.float32)


def _codes(rows: pd.DataFrame) -> tuple[Integers, Integers, Integers]:
    """Return video and country as numbers, and the day in days since the first."""
    day = pd.to_datetime(rows["day"]).to_numpy().astype("datetime64[D]").astype(np.int64)
    video, region = (pd.factorize(rows[name])[0].astype(np.int64) for name in ("youtube_video_id", "region_code"))
    return video, region, day - day.min(initial=day.max(initial=0))


def _looked_up(keys: Integers, values: npt.ArrayLike, wanted: Integers) -> npt.NDArray[np.float64]:
    """Return the values of the ``wanted`` keys, NaN for those that are not there."""
    found = pd.Index(keys).get_indexer(wanted)
    return np.where(found >= 0, np.append(np.asarray(values, dtype=np.float64), np.nan)[found], np.nan)
