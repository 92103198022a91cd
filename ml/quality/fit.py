"""Learns the head: a logistic regression on chances, its regularisation chosen on topics that were left out.

An embedding's 384 numbers would learn the few invented topics by heart. Only its directions of most variance are
learned from; the weights found for them are written back as weights of the whole embedding.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.quality.data import Example, matrix
from ytempire.quality.encoder import SIZE

Matrix = npt.NDArray[np.float64]

DIRECTIONS = 8
STRENGTHS = (3.0, 10.0)
_EMBEDDING_SCALE, _NUMBER_SCALE = 1.0, 3.0
_FOLDS = 3


@dataclass(frozen=True)
class Fitted:
    """Weights of the head, and the strength (inverse of the penalty) they were found with."""

    weights: Matrix
    bias: float
    strength: float


@dataclass(frozen=True)
class _Projection:
    """Takes rows of features to what is learned from: ``(row - mean) @ base``."""

    mean: Matrix
    base: Matrix

    @classmethod
    def of(cls, rows: Matrix) -> _Projection:
        mean = rows.mean(axis=0)
        mean[2 * SIZE :] = 0
        base = np.zeros((rows.shape[1], 2 * DIRECTIONS + rows.shape[1] - 2 * SIZE))
        for part in range(2):
            own = slice(part * SIZE, (part + 1) * SIZE)
            directions = np.linalg.svd(rows[:, own] - mean[own], full_matrices=False)[2][:DIRECTIONS]
            base[own, part * DIRECTIONS : part * DIRECTIONS + len(directions)] = _EMBEDDING_SCALE * directions.T
        numbers = np.arange(rows.shape[1] - 2 * SIZE)
        base[2 * SIZE + numbers, 2 * DIRECTIONS + numbers] = _NUMBER_SCALE
        return cls(mean, base)


def fit(examples: Sequence[Example], decision_weight: float) -> Fitted:
    """Fit on ``examples``; a person's decision counts as much as ``decision_weight`` weak labels."""
    rows = matrix(examples).astype(np.float64)
    chances = np.array([one.chance for one in examples])
    trust = np.array([decision_weight if one.by_person else 1.0 for one in examples])
    groups = {name: number for number, name in enumerate(dict.fromkeys(one.group for one in examples))}
    folds = np.array([groups[one.group] % _FOLDS for one in examples])
    losses = {strength: _loss(strength, rows, chances, trust, folds) for strength in STRENGTHS}
    best = min(losses, key=lambda strength: losses[strength])
    weights, bias = _logistic(rows, chances, trust, best)
    return Fitted(weights, bias, best)


def _loss(strength: float, rows: Matrix, chances: Matrix, trust: Matrix, folds: npt.NDArray[np.int64]) -> float:
    """Return the mean squared error of the chances on the folds that were left out."""
    errors = []
    for fold in range(_FOLDS):
        out = folds == fold
        weights, bias = _logistic(rows[~out], chances[~out], trust[~out], strength)
        told = 1 / (1 + np.exp(-(rows[out] @ weights + bias)))
        errors.append(float((trust[out] * (told - chances[out]) ** 2).sum() / trust[out].sum()))
    return float(np.mean(errors))


def _logistic(rows: Matrix, chances: Matrix, trust: Matrix, strength: float) -> tuple[Matrix, float]:
    """Fit chances by cross-entropy, with the squares of the weights as penalty.

    A number says how much is wrong, so its weights are held at or below zero: more of a fault never scores more.
    """
    from scipy.optimize import minimize
    from threadpoolctl import threadpool_limits

    projection = _Projection.of(rows)
    seen = (rows - projection.mean) @ projection.base
    width = seen.shape[1]

    def loss(parameters: Matrix) -> tuple[float, Matrix]:
        weights, bias = parameters[:width], parameters[width]
        logits = seen @ weights + bias
        # The cross-entropy of a chance is log(1 + e^z) - chance * z.
        entropy = trust * (np.logaddexp(0.0, logits) - chances * logits)
        wrong = trust * (1 / (1 + np.exp(-logits)) - chances)
        value = float(entropy.sum() + weights @ weights / (2 * strength))
        return value, np.append(seen.T @ wrong + weights / strength, wrong.sum())

    bounds = [(None, None)] * (2 * DIRECTIONS) + [(None, 0.0)] * (width - 2 * DIRECTIONS) + [(None, None)]
    # The matrices are small: BLAS's threads would mostly wait for each other.
    with threadpool_limits(1, user_api="blas"):
        found = minimize(
            loss,
            np.zeros(width + 1),
            jac=True,
            method="L-BFGS-B",
            bounds=bounds,
            options={"maxiter": 500, "ftol": 1e-8},
        )
    weights = projection.base @ found.x[:width]
    return weights, float(found.x[width] - projection.mean @ weights)
