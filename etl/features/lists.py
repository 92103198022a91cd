"""The three lists that a country's chart is made of: music, films, games, dealt out in turn.

Since 2025-07-21 ``chart=mostPopular`` holds trending music, films and gaming. Nothing says which row comes from
which, but the order does: first of music, of films, of games, second of music, and so on; a video that another
list has shown already is passed over, and a list that has ended is left out from there on. Each list is renewed
on its own, so a row's place in its list says more of tomorrow than its place in the chart.

The lists are read off by a hidden Markov model (Viterbi 1967): hidden is which lists are still open and which one
was dealt last, seen is the category. The shares of categories were found by five rounds of decoding and counting
on the real charts of 2025-12-10 … 2026-05-09.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import numpy.typing as npt

from etl.features.panel import Floats, Integers, Panel

MUSIC, FILMS, GAMES = range(3)
LISTS = 3
# Share of a list's rows in YouTube's category.
_SHARES: tuple[dict[int, float], ...] = (
    {10: 0.873, 22: 0.088, 24: 0.032},
    {24: 0.400, 1: 0.340, 20: 0.178, 10: 0.032, 22: 0.031, 23: 0.009},
    {20: 0.859, 24: 0.061, 22: 0.052, 17: 0.011, 23: 0.007},
)
_RARE = 0.002
_PASSED_OVER = 0.05
_ENDS = 0.03
_NEVER = 1e-9
_BEGINS = (0.90, 0.07, 0.03)

_OPEN = [lists for size in (3, 2, 1) for lists in combinations(range(LISTS), size)]
_STATES = [(lists, dealt) for lists in _OPEN for dealt in lists]
_DEALT = np.array([dealt for _, dealt in _STATES])
_IS_OPEN = np.array([[one in lists for one in range(LISTS)] for lists, _ in _STATES])


def decode(panel: Panel, rank: Floats, category: Floats) -> tuple[Integers, npt.NDArray[np.bool_]]:
    """Return which list each row was dealt from, and (rows, LISTS) which lists were still open at its chart's end."""
    order = np.lexsort((rank, panel.chart))
    chart = panel.chart[order]
    first = np.searchsorted(chart, np.arange(len(panel.chart_day)))
    place = np.arange(len(chart)) - first[chart]
    seen = np.zeros((len(first), int(place.max(initial=0)) + 1, LISTS))
    listed = np.zeros(seen.shape[:2], dtype=bool)
    seen[chart, place] = _log_shares(category[order])
    listed[chart, place] = True
    path = _viterbi(seen, listed)
    kind = np.empty(len(order), dtype=np.int64)
    kind[order] = _DEALT[path[chart, place]]
    return kind, _IS_OPEN[path[:, -1]][panel.chart]


def _log_shares(category: Floats) -> Floats:
    codes = np.nan_to_num(category).astype(np.int64)
    shares = np.full((len(codes), LISTS), _RARE)
    for one, known in enumerate(_SHARES):
        for code, share in known.items():
            shares[codes == code, one] = share
    logged: Floats = np.log(shares)
    return logged


def _viterbi(seen: Floats, listed: npt.NDArray[np.bool_]) -> Integers:
    """Return (charts, places): the states of the likeliest path; behind the end of a chart it stands still."""
    steps = np.log(_transitions())
    begin = np.array([_BEGINS[dealt] * (0.9 if len(lists) == LISTS else 0.02) for lists, dealt in _STATES])
    best = np.log(begin) + seen[:, 0][:, _DEALT]
    came_from = np.zeros((*listed.shape, len(_STATES)), dtype=np.int8)
    standing = np.arange(len(_STATES), dtype=np.int8)
    for place in range(1, listed.shape[1]):
        ways = best[:, :, None] + steps
        source = ways.argmax(axis=1)
        reached = np.take_along_axis(ways, source[:, None], axis=1)[:, 0] + seen[:, place][:, _DEALT]
        there = listed[:, place, None]
        best = np.where(there, reached, best)
        came_from[:, place] = np.where(there, source, standing)
    path = np.zeros(listed.shape, dtype=np.int64)
    path[:, -1] = best.argmax(axis=1)
    for place in range(listed.shape[1] - 1, 0, -1):
        path[:, place - 1] = np.take_along_axis(came_from[:, place], path[:, place, None], axis=1)[:, 0]
    return path


def _transitions() -> Floats:
    """Return the chance of each state after each: the next open list is dealt, seldom another, and lists end."""
    chances = np.full((len(_STATES), len(_STATES)), _NEVER)
    for here, (before, dealt) in enumerate(_STATES):
        for there, (after, now) in enumerate(_STATES):
            if not set(after) <= set(before):
                continue
            ended = len(before) - len(after)
            due = next((dealt + ahead) % LISTS for ahead in (1, 2, 3) if (dealt + ahead) % LISTS in after)
            in_turn = 1.0 if len(after) == 1 else 1 - _PASSED_OVER
            turn = in_turn if now == due else _PASSED_OVER / max(len(after) - 1, 1)
            chances[here, there] = turn * (1 - 2 * _ENDS, _ENDS / 2, _ENDS / 20)[ended]
    summed: Floats = chances / chances.sum(axis=1, keepdims=True)
    return summed
