"""How a row stands in its list (``lists.py``), and how that list is renewed in its country.

Of the lists of earlier charts is told what of them is still there a chart later: up to the last chart,
whose rows are compared with the present one. Nothing later is looked at.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from etl.features.feature import LIST_DAYS, LOOKBACK_DAYS
from etl.features.histories import STEPS, histories
from etl.features.lists import LISTS, decode
from etl.features.panel import Columns, Floats, Integers, Panel

# A list of which less is left was renewed.
_RENEWED = 0.3
_PLACES = 30
_LONGEST_STAY = 5
# How much the neighbours' places say of a place.
_NEAR = (0.25, 0.5, 1.0, 0.5, 0.25)
# Shares of few rows are drawn towards this, as if by one more row.
_USUAL = 0.65
_ORDERED = {
    "age": "age_hours",
    "speed": "views_per_hour",
    "views": "log_views",
    "growth": "views_growth",
    "days": "days_on_chart",
    "duration": "log_duration",
}
_NAMES = ("music", "films", "games")


def standing(panel: Panel, known: Columns) -> Columns:
    """Return the features of the families LISTS and HISTORIES."""
    kind, is_open = decode(panel, known["rank"], np.asarray(panel.rows["category_id"], dtype=np.float64))
    cell = panel.chart * LISTS + kind
    rows = _Rows(panel, kind, cell, known["rank"])
    columns: Columns = {f"list_{name}": (kind == one).astype(np.float64) for one, name in enumerate(_NAMES)}
    columns |= {
        "list_place": rows.place,
        "list_size": rows.mean_of(rows.place) * 2 - 1,
        "list_open": is_open[np.arange(len(panel)), kind].astype(np.float64),
        "list_place_change": panel.before(rows.place) - rows.place,
        "list_place_before": panel.before(rows.place),
    }
    columns["list_place_share"] = columns["list_place"] / columns["list_size"]
    columns |= _today(panel, known, rows, columns["list_place_change"])
    columns |= _renewal(panel, known, rows)
    return columns | histories(panel, known | columns, _new_shares(panel, rows))


def _new_shares(panel: Panel, rows: _Rows) -> Floats:
    """Return (rows, STEPS): the share of the row's list that was new 1, 2, … charts ago."""
    shares = rows.per_list(rows.came, "mean")
    earlier = itertools.islice(panel.charts_before(), STEPS)
    return np.stack([_at(shares, index)[panel.chart, rows.kind] for index in earlier], axis=1)


@dataclass(frozen=True)
class _Rows:
    """Each row's list: its ``kind``, its ``cell`` (chart and kind), and the row's ``place`` in it, from 1."""

    panel: Panel
    kind: Integers
    cell: Integers
    place: Floats
    came: Floats

    def __init__(self, panel: Panel, kind: Integers, cell: Integers, rank: Floats) -> None:
        order = np.lexsort((rank, cell))
        ordered = cell[order]
        place = np.empty(len(cell))
        place[order] = np.arange(len(cell)) - np.searchsorted(ordered, ordered) + 1
        came = (panel.position(1) < 0).astype(np.float64)
        for name, value in {"panel": panel, "kind": kind, "cell": cell, "place": place, "came": came}.items():
            object.__setattr__(self, name, value)

    def mean_of(self, values: Floats, how: str = "mean") -> Floats:
        """Aggregate ``values`` over the rows of the same list of the same chart."""
        return np.asarray(pd.Series(values).groupby(self.cell).transform(how), dtype=np.float64)

    def per_list(self, values: Floats, how: str) -> Floats:
        """Aggregate ``values``, NaN left out, into (charts, LISTS); NaN where a list is empty."""
        table = np.full(len(self.panel.chart_day) * LISTS, np.nan)
        found = pd.Series(values).groupby(self.cell).agg(how)
        table[found.index.to_numpy()] = found.to_numpy()
        return table.reshape(-1, LISTS)


def _today(panel: Panel, known: Columns, rows: _Rows, change: Floats) -> Columns:
    order = np.lexsort((rows.place, rows.cell))
    above = np.empty(len(panel))
    above[order] = pd.Series(rows.came[order]).groupby(rows.cell[order]).cumsum().to_numpy()
    new = rows.mean_of(rows.came, "sum")
    columns: Columns = {
        "list_new_share": rows.mean_of(rows.came),
        "list_new_above": above - rows.came,
        "list_new_below": new - above,
        "list_days": rows.mean_of(known["days_on_chart"]),
        "list_moves": rows.mean_of(np.abs(change)),
        "list_oldest": rows.mean_of(known["age_hours"], "max"),
    }
    for name, source in _ORDERED.items():
        grouped = pd.Series(known[source]).groupby(rows.cell)
        columns[f"list_{name}_place"] = grouped.rank(pct=True).to_numpy(dtype=np.float64)
        columns[f"list_{name}_vs"] = known[source] - grouped.transform("median").to_numpy(dtype=np.float64)
    shares = rows.per_list(rows.came, "mean")[panel.chart]
    return columns | {f"{name}_new_share": shares[:, one] for one, name in enumerate(_NAMES)}


def _renewal(panel: Panel, known: Columns, rows: _Rows) -> Columns:
    stayed = (panel.position(-1) >= 0).astype(np.float64)
    stay = rows.per_list(stayed, "mean")
    cut = rows.per_list(np.where(stayed > 0, rows.place, np.nan), "max")
    earlier = list(panel.charts_before(LIST_DAYS))
    stays = np.stack([_at(stay, index) for index in earlier])
    own = stays[:, panel.chart, rows.kind]
    columns: Columns = {f"list_stay_{back}": own[back - 1] for back in range(1, STEPS + 1)}
    renewed = np.nan_to_num(stays[:LOOKBACK_DAYS], nan=1.0) < _RENEWED
    since = np.where(renewed.any(axis=0), renewed.argmax(axis=0), LOOKBACK_DAYS)
    of_lists = {
        "list_stay_mean_3": _mean(stays[:3]),
        "list_stay_mean_7": _mean(stays[:STEPS]),
        "list_stay_mean_14": _mean(stays[:LOOKBACK_DAYS]),
        "list_stay_mean_28": _mean(stays),
        "list_stay_week": _mean(stays[[STEPS - 1, 2 * STEPS - 1]]),
        "list_since_renewal": since.astype(np.float64),
        "list_cut": _at(cut, earlier[0]),
        "list_cut_mean": _mean(np.stack([_at(cut, index) for index in earlier])),
    }
    columns |= {name: values[panel.chart, rows.kind] for name, values in of_lists.items()}
    columns |= {f"{name}_stay": stays[0][panel.chart, one] for one, name in enumerate(_NAMES)}
    place = np.minimum(rows.place - 1, _PLACES - 1).astype(np.int64)
    days = np.minimum(known["days_on_chart"], _LONGEST_STAY).astype(np.int64)
    near = _Shares(rows, stayed, place, _PLACES, earlier, _NEAR)
    alike = _Shares(rows, stayed, days, _LONGEST_STAY + 1, earlier)
    columns |= {f"list_near_stay_{charts}": near.last(charts) for charts in (1, 3, 7, 14, 28)}
    return columns | {f"list_days_stay_{charts}": alike.last(charts) for charts in (7, 14, 28)}


class _Shares:
    """What stayed of the rows of the same list and ``kind`` (a place, a stay so far), over charts before."""

    def __init__(
        self,
        rows: _Rows,
        stayed: Floats,
        kind: Integers,
        kinds: int,
        earlier: list[Integers],
        near: tuple[float, ...] = (1.0,),
    ) -> None:
        self._rows, self._kind, self._earlier = rows, kind, earlier
        shape = (len(rows.panel.chart_day), LISTS, kinds)
        cell = rows.cell * kinds + kind
        size = int(np.prod(shape))
        self._counted, self._summed = (
            _smooth(np.bincount(cell, weights=weights, minlength=size).astype(np.float64).reshape(shape), near)
            for weights in (np.ones_like(stayed), stayed)
        )

    def last(self, charts: int) -> Floats:
        """Return the share over the last ``charts``."""
        summed, counted = (
            np.sum([_at(table, index, 0.0) for index in self._earlier[:charts]], axis=0)
            for table in (self._summed, self._counted)
        )
        share = (summed + _USUAL) / (counted + 1)
        own: Floats = share[self._rows.panel.chart, self._rows.kind, self._kind]
        return own


def _smooth(table: Floats, near: tuple[float, ...]) -> Floats:
    """Add to each of the last axis what its neighbours say."""
    reach = len(near) // 2
    padded = np.pad(table, ((0, 0), (0, 0), (reach, reach)))
    width = table.shape[-1]
    total: Floats = np.sum([weight * padded[..., at : at + width] for at, weight in enumerate(near)], axis=0)
    return total


def _at(table: Floats, index: Integers, missing: float = np.nan) -> Floats:
    """Return ``table`` of the charts of ``index``, ``missing`` where there is none."""
    there = (index >= 0).reshape(-1, *[1] * (table.ndim - 1))
    return np.where(there, table[index], missing)


def _mean(values: Floats) -> Floats:
    """Return the mean over the first axis, NaN left out."""
    known = ~np.isnan(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
