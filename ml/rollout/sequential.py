"""Comparisons that may be looked at every day: intervals that hold at all times together.

A usual 95 % interval that is looked at daily excludes the truth sooner or later.
These come from a mixture sequential probability ratio test (mSPRT): the likelihood
ratio of "there is a difference" to "there is none", with a normal prior on the
size of the difference in standard deviations and the variance unknown, is a
martingale without a difference; by Ville's inequality it ever exceeds 1/error
with a probability of at most ``error``. The interval holds all differences that
it does not reject.

Sources: Johari, Koomen, Pekelis, Walsh, "Always Valid Inference", Operations
Research 70(3), 2022 (mSPRT and its intervals); the ratio for an unknown variance
is the Bayesian t-test with a fixed prior scale of Rouder et al., Psychonomic
Bulletin & Review 16, 2009, equation 6; that it may be stopped at any time:
Hendriksen, de Heide, Grünwald, Bayesian Analysis 16(3), 2021, and Wang, Ramdas,
"Anytime-valid t-tests", arXiv 2310.03722. The observations are taken as normal.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# The prior's variance of the difference, in squared standard deviations. Any fixed one is valid; these are where the
# intervals are narrow: a day's Brier scores differ much beside how that varies, a video's views little.
PAIRED_PRIOR = 1.0
GROUPS_PRIOR = 0.1


@dataclass(frozen=True)
class Interval:
    """The mean difference of ``n`` observations, and the range that holds the true one at all times together."""

    difference: float
    low: float
    high: float
    n: int


def paired(differences: Sequence[float], error: float) -> Interval:
    """Return the interval of the mean of ``differences``, in their unit; infinite while it is too early to tell."""
    values = np.asarray(differences, dtype=np.float64)
    if len(values) < 2:
        return Interval(float(values.mean()) if len(values) else 0.0, -math.inf, math.inf, len(values))
    width = _half_width(float(values.std(ddof=1)), len(values), len(values) - 1, error, PAIRED_PRIOR)
    mean = float(values.mean())
    return Interval(mean, mean - width, mean + width, len(values))


def two_groups(ours: Sequence[float], theirs: Sequence[float], error: float) -> Interval:
    """Return the interval of the mean of ``ours`` less that of ``theirs``; both vary alike around their means."""
    first, second = np.asarray(ours, dtype=np.float64), np.asarray(theirs, dtype=np.float64)
    count = len(first) + len(second)
    if not len(first) or not len(second):
        return Interval(0.0, -math.inf, math.inf, count)
    difference = float(first.mean() - second.mean())
    freedom = count - 2
    if freedom < 1:
        return Interval(difference, -math.inf, math.inf, count)
    spread = float(np.square(first - first.mean()).sum() + np.square(second - second.mean()).sum())
    effective = len(first) * len(second) / count
    width = _half_width(math.sqrt(spread / freedom), effective, freedom, error, GROUPS_PRIOR)
    return Interval(difference, difference - width, difference + width, count)


def _half_width(deviation: float, effective: float, freedom: int, error: float, prior: float) -> float:
    """Solve "the ratio is below 1/error" for the distance from the mean.

    With t the usual statistic, u = t²/freedom and k = 1 + effective · prior, the ratio is
    k^(-1/2) · ((1 + u) / (1 + u/k))^((freedom + 1)/2).
    """
    k = 1 + effective * prior
    bound = (math.sqrt(k) / error) ** (2 / (freedom + 1))
    if bound >= k:
        return math.inf
    u = (bound - 1) / (1 - bound / k)
    return deviation * math.sqrt(freedom * u / effective)
