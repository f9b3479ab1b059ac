"""How much does each trait weigh? A ridge-penalised logistic regression, and a calibration that few people cannot bend far."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from customers.ordering.inputs import Floats

PENALTY: Final = 30.0
"""Ridge on standardised traits: each weight is held as if 30 people of its own spoke for 0. Correlated traits share."""

FREE: Final = 1.0
"""Ridge of a column that may weigh what it likes."""

FULL: Final = 1_000
"""From about this many customers the shop's own regression stands by itself; with fewer, what it says beyond the closed form is held
back the more."""

CLEAR: Final = 1e-6
"""Probabilities stay this far from 0 and 1."""

PULL_OF_SLOPE: Final = 30.0
"""The pull of a calibration towards leaving the spread of probabilities as it is: prior precision, a slope of 1 +- 0.18."""

PULL_OF_SHIFT: Final = 44.0
"""The same for their level: +- 0.15 on the log-odds, about what weather, pay-days and sales do to a shop from month to month."""

PEOPLE_A_WINDOW: Final = 100.0
"""A window of days speaks as loudly as so many people at most, however many there were: they shared its season and its sales. A
level that moves by 0.3 from window to window is known from one of them no better than from 100 people."""


@dataclass(frozen=True, slots=True)
class Logistic:
    """Log-odds = intercept + sum over traits of weight * (trait - centre), traits kept within [low, high] as seen in training.

    A trait that was constant in training has weight 0.
    """

    intercept: float
    weights: tuple[float, ...]
    centre: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]

    def log_odds(self, matrix: Floats) -> Floats:
        """Shape (customers,) from (customers, traits)."""
        kept = np.clip(matrix, np.array(self.low), np.array(self.high)) - np.array(self.centre)
        return np.asarray(self.intercept + kept @ np.array(self.weights))


def fit_logistic(
    matrix: Floats,
    happened: Floats,
    weight: Floats,
    *,
    penalty: float = PENALTY,
    free: NDArray[np.intp] | None = None,
) -> Logistic:
    """Penalised maximum likelihood by Newton's method. With everybody alike the intercept stays finite (half a person each way).

    free: columns hardly held back (FREE), towards which a few people's evidence shrinks the whole.
    """
    low, high = matrix.min(axis=0), matrix.max(axis=0)
    total = weight.sum()
    centre = weight @ matrix / total
    spread = np.sqrt(np.maximum(weight @ (matrix - centre) ** 2 / total, 0.0))
    used = spread > 1e-9
    scaled = np.column_stack([np.ones(len(matrix)), (matrix[:, used] - centre[used]) / spread[used]])
    held = np.full(matrix.shape[1], penalty)
    if free is not None:
        held[free] = FREE
    ridge = np.concatenate([[1e-6], held[used]])
    beta = np.zeros(scaled.shape[1])
    beta[0] = float(logit((weight @ happened + 0.5) / (total + 1.0)))
    worst = _loss(scaled, happened, weight, ridge, beta)
    for _ in range(50):
        p = expit(scaled @ beta)
        slope = scaled.T @ (weight * (p - happened)) + ridge * beta
        curve = (scaled * (weight * np.maximum(p * (1 - p), 1e-9))[:, None]).T @ scaled + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        reach = 1.0
        while (loss := _loss(scaled, happened, weight, ridge, beta - reach * step)) > worst and reach > 1e-4:
            reach /= 2
        if loss > worst:
            break
        beta, gained, worst = beta - reach * step, worst - loss, loss
        if gained < 1e-6 * total:
            break
    beta[0] = min(max(float(beta[0]), -12.0), 12.0)
    weights = np.zeros(matrix.shape[1])
    weights[used] = beta[1:] / spread[used]
    return Logistic(float(beta[0]), _plain(weights), _plain(centre), _plain(low), _plain(high))


def _loss(scaled: Floats, happened: Floats, weight: Floats, ridge: Floats, beta: Floats) -> float:
    odds = scaled @ beta
    return float(weight @ (np.logaddexp(0.0, odds) - happened * odds) + 0.5 * (ridge * beta * beta).sum())


def small_shop(penalty: float, people: int) -> float:
    """The penalty for a shop of so many customers: doubled at FULL, eleven-fold at 100."""
    return penalty * (1 + FULL / max(1, people))


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt's line around the middle: log-odds become centre + slope * (log-odds - centre) + shift. (1, 0, 0) changes nothing.

    Centred, so that the spread and the level of probabilities are learned, and held back, apart. Beta calibration was
    tried: with a few dozen orders a window it follows the season's accidents.
    """

    slope: float = 1.0
    centre: float = 0.0
    shift: float = 0.0

    def apply(self, log_odds: Floats) -> Floats:
        """Calibrated log-odds, in the same order."""
        return np.asarray(self.centre + self.slope * (log_odds - self.centre) + self.shift)


def fit_calibration(tried: Sequence[tuple[Floats, Floats]]) -> Calibration:
    """From predictions on people and days the model was not fitted on, pulled towards changing nothing.

    tried: for each window of days, log-odds and what happened, each of shape (customers,). Never turns a ranking round: the slope stays
    within 0.25 to 4.
    """
    tried = [(odds, happened) for odds, happened in tried if len(happened)]
    if not tried:
        return Calibration()
    log_odds, happened = (np.concatenate(each) for each in zip(*tried, strict=True))
    weight = np.concatenate([np.full(len(y), min(1.0, PEOPLE_A_WINDOW / len(y))) for _, y in tried])
    centre = float(weight @ log_odds / weight.sum())
    columns = np.column_stack([log_odds - centre, np.ones(len(log_odds))])
    identity = np.array([1.0, 0.0])
    pull = np.array([PULL_OF_SLOPE, PULL_OF_SHIFT])
    beta = identity.copy()
    for _ in range(30):
        p = expit(centre + columns @ beta)
        slope = columns.T @ (weight * (p - happened)) + pull * (beta - identity)
        curve = (columns * (weight * np.maximum(p * (1 - p), 1e-9))[:, None]).T @ columns + np.diag(pull)
        step = np.clip(np.linalg.solve(curve, slope), -0.5, 0.5)
        beta = np.clip(beta - step, [0.25, -3.0], [4.0, 3.0])
        if np.abs(step).max() < 1e-6:
            break
    return Calibration(float(beta[0]), centre, float(beta[1]))


def numbers_of(document: Any) -> tuple[float, ...]:
    """A list of finite numbers out of a JSON document. Raises ValueError otherwise."""
    values = tuple(float(each) for each in document)
    if not np.isfinite(values).all():
        raise ValueError("a document holds a number that is not finite")
    return values


def _plain(values: Floats) -> tuple[float, ...]:
    return tuple(float(each) for each in values)
