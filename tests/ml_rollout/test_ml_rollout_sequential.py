"""The intervals hold at all times together, and grow narrow enough to decide by."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from ml.rollout.sequential import paired, two_groups

ERROR = 0.05


def _ever_wrong(looks: list[bool]) -> bool:
    return any(looks)


def _t(values: np.ndarray) -> float:
    return values.mean() / values.std(ddof=1) * len(values) ** 0.5


def test_looking_every_day_is_rarely_wrong_where_a_usual_interval_often_is() -> None:
    rng = np.random.default_rng(11)
    ours = usual = 0
    worlds = 300
    critical = stats.t.ppf(1 - ERROR / 2, np.maximum(np.arange(61) - 1, 1))
    for _ in range(worlds):
        values = rng.normal(0.002, 0.0015, 60)
        found = [paired(values[:n], ERROR) for n in range(2, 61, 2)]
        ours += _ever_wrong([not one.low <= 0.002 <= one.high for one in found])
        usual += _ever_wrong([abs(_t(values[:n] - 0.002)) > critical[n] for n in range(4, 61, 2)])
    # 300 worlds: an expected rate of at most 0.05 is above 0.09 less than once in a thousand times.
    assert ours / worlds < 0.09
    assert usual / worlds > 0.15


def test_two_groups_of_growing_and_unequal_size_are_rarely_told_apart_wrongly() -> None:
    rng = np.random.default_rng(12)
    wrong = 0
    for _ in range(300):
        ours, theirs = rng.normal(8, 1.3, 30), rng.normal(8, 1.3, 200)
        found = [two_groups(ours[: n // 7 + 1], theirs[:n], ERROR) for n in range(4, 201, 7)]
        wrong += _ever_wrong([not one.low <= 0 <= one.high for one in found])
    assert wrong / 300 < 0.09


def test_a_real_difference_is_found() -> None:
    rng = np.random.default_rng(13)
    differences = rng.normal(-0.002, 0.0015, 30)
    found = paired(differences, ERROR)
    assert found.high < 0
    assert found.low < -0.002 < found.high
    assert found.difference == pytest.approx(differences.mean())
    views = two_groups(rng.normal(8.8, 1.0, 80), rng.normal(8.0, 1.0, 300), ERROR)
    assert 0 < views.low < 0.8 < views.high


def test_the_interval_is_where_the_likelihood_ratio_reaches_its_bound() -> None:
    values = np.random.default_rng(14).normal(0, 1, 12)
    found = paired(values, ERROR)
    n, prior = len(values), 1.0
    for edge in (found.low, found.high):
        shifted = values - edge
        # The ratio as the mixture over the size of the effect gives it (Rouder et al. 2009, equation 6).
        t2 = n * shifted.mean() ** 2 / shifted.var(ddof=1)
        ratio = (1 + n * prior) ** -0.5 * ((1 + t2 / (n - 1)) / (1 + t2 / ((1 + n * prior) * (n - 1)))) ** (n / 2)
        assert ratio == pytest.approx(1 / ERROR)


@pytest.mark.parametrize("values", [[], [0.1], [0.1, 0.2], [0.1, 0.1001, 0.0999]])
def test_few_observations_decide_nothing(values: list[float]) -> None:
    found = paired(values, ERROR)
    assert (found.low, found.high, found.n) == (-math.inf, math.inf, len(values))
    assert two_groups(values, [0.3], ERROR).high == math.inf


def test_versions_that_say_the_same_do_not_differ() -> None:
    found = paired([0.0] * 8, ERROR)
    assert (found.difference, found.low, found.high) == (0, 0, 0)
