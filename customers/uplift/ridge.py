"""How likely is an order, given a row of traits, when few people must teach many traits?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

PENALTIES = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1_000.0, 10_000.0)
"""Tried in this order; the last leaves little but the average."""

STEPS = 30


@dataclass(frozen=True, slots=True)
class RidgeLogistic:
    """A logistic model, its intercept first and free of the penalty. weights: (traits + 1,); covariance: (traits + 1, traits + 1)."""

    weights: NDArray[np.float64]
    covariance: NDArray[np.float64]
    penalty: float

    def probability(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Shape (people,), for standardised rows of shape (people, traits)."""
        return np.asarray(expit(_with_one(rows) @ self.weights))

    def variance(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Variance of each probability by the delta method."""
        x, p = _with_one(rows), self.probability(rows)
        return np.asarray((p * (1 - p)) ** 2 * np.einsum("ij,jk,ik->i", x, self.covariance, x))


def fit_ridge(rows: NDArray[np.float64], y: NDArray[np.bool_], *, penalty: float) -> RidgeLogistic:
    """Newton steps on the penalised likelihood; rows standardised. The covariance is the inverse penalised information (Laplace)."""
    x, target = _with_one(rows), y.astype(np.float64)
    ridge = np.diag([1e-6, *[penalty] * rows.shape[1]])
    weights = np.zeros(x.shape[1])
    share = float(np.clip(target.mean(), 1e-3, 1 - 1e-3))
    weights[0] = np.log(share / (1 - share))
    information = ridge
    for _ in range(STEPS):
        p = expit(x @ weights)
        information = (x * (p * (1 - p) + 1e-9)[:, None]).T @ x + ridge
        step = np.linalg.solve(information, x.T @ (target - p) - ridge @ weights)
        weights = weights + np.clip(step, -2, 2)  # a wild first step would leave the likelihood's basin
        if float(np.abs(step).max()) < 1e-7:
            break
    return RidgeLogistic(weights, np.linalg.inv(information), penalty)


def choose_penalty(rows: NDArray[np.float64], y: NDArray[np.bool_], fold: NDArray[np.int64]) -> float:
    """The penalty of least log-loss on folds left out; the larger among equals. fold: shape (people,)."""
    losses = []
    for penalty in PENALTIES:
        loss = 0.0
        for held in np.unique(fold):
            inside, outside = fold != held, fold == held
            p = np.clip(
                fit_ridge(rows[inside], y[inside], penalty=penalty).probability(rows[outside]), 1e-9, 1 - 1e-9
            )
            loss -= float(np.where(y[outside], np.log(p), np.log1p(-p)).sum())
        losses.append(loss)
    best = min(losses)
    return max(p for p, loss in zip(PENALTIES, losses, strict=True) if loss <= best + 1e-9)


def _with_one(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.column_stack([np.ones(len(rows)), rows])
