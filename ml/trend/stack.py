"""Network and trees together: a logistic regression on what both say, learned on days that neither has seen.

Wolpert, Stacked generalization, 1992. The two err differently: the trees read single rows sharply, the network
sees the rows of a chart together and the course before them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_EDGE = 1e-6
# Weights are held near each other: a few validation days must not make one model the judge alone.
_STRENGTH = 100.0


@dataclass(frozen=True)
class Mix:
    """How much each one's log odds count; ``level`` shifts them all."""

    network: float
    trees: float
    level: float

    def chances(self, network: npt.ArrayLike, trees: npt.ArrayLike) -> npt.NDArray[np.float32]:
        """Return the chances that follow from those of both."""
        odds = self.network * log_odds(network) + self.trees * log_odds(trees) + self.level
        return np.asarray(1 / (1 + np.exp(-odds)), dtype=np.float32)


def learn_mix(network: npt.ArrayLike, trees: npt.ArrayLike, labels: npt.ArrayLike) -> Mix:
    """Learn the weights from the chances that both gave for rows they had not learned from."""
    from sklearn.linear_model import LogisticRegression

    said = np.stack([log_odds(network), log_odds(trees)], axis=1)
    model = LogisticRegression(C=_STRENGTH).fit(said, np.asarray(labels) > 0.5)
    (of_network, of_trees), level = model.coef_[0], model.intercept_[0]
    return Mix(float(of_network), float(of_trees), float(level))


def log_odds(chances: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Return the logarithm of the odds."""
    chance = np.clip(np.asarray(chances, dtype=np.float64), _EDGE, 1 - _EDGE)
    return np.asarray(np.log(chance / (1 - chance)))
