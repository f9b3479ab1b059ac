"""How likely is a purchase, from its traits: a ridge logistic with crossed traits, and its calibration."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from customers.features.purchases import Small
from customers.next_products.tally import Floats
from customers.ordering.logistic import fit_logistic

Bools = NDArray[np.bool_]
Doubles = NDArray[np.float64]

PULL: Final = 30.0
"""A calibration is held to changing nothing as if by so many pairs."""

PLENTY: Final = 2_000
"""Purchases from which a scorer is as right about its own pairs as about others': several for each weight of the largest form."""

MANY: Final = 20_000
"""Pairs from which a shop is no small one, however rarely they come to a purchase: fitting three times more would take minutes."""

FOLDS: Final = 3
"""Parts of the people of a small shop, each scored by what the others taught."""


@dataclass(frozen=True, slots=True)
class Scorer:
    """Log-odds = calibration(intercept + z·linear + z[:crossed]·square·z[:crossed]), z = clip(trait, low, high) * scale + shift.

    calibration: (rising, falling, shift) of a beta calibration (Kull, Silva Filho and Flach 2017): log-odds become
    rising * ln p - falling * ln(1 - p) + shift.
    """

    intercept: float
    low: Floats
    high: Floats
    scale: Floats
    shift: Floats
    linear: Floats
    square: Floats
    calibration: tuple[float, float, float] = (1.0, 1.0, 0.0)

    def raw(self, traits: Floats) -> Floats:
        """Log-odds before calibration, shape (pairs,). traits: shape (pairs, traits); a transposed table is read without a copy."""
        by_trait = np.clip(traits.T, self.low[:, None], self.high[:, None])
        by_trait *= self.scale[:, None]
        by_trait += self.shift[:, None]
        odds = self.linear @ by_trait + np.float32(self.intercept)
        crossed = len(self.square)
        if crossed and self.square.any():
            first = by_trait[:crossed]
            odds += np.einsum("ij,ij->j", self.square @ first, first)
        return np.asarray(odds)

    def calibrated(self, odds: Floats) -> Floats:
        """Probabilities from raw log-odds: never 0 or 1."""
        rising, falling, shift = self.calibration
        no = np.logaddexp(np.float32(0), odds)  # -ln(1 - p), and -ln p is no - odds
        sure = np.clip((falling - rising) * no + rising * odds + shift, -14, 14)
        return np.clip(1 / (1 + np.exp(-sure)), 1e-6, 1 - 1e-4).astype(np.float32)


def fit_scorer(traits: Floats, happened: Bools, *, crossed: int, penalty: float) -> Scorer:
    """Fit on these pairs. crossed: how many leading traits also enter as products of each other, 0 for none.

    penalty: see `customers.ordering.logistic.fit_logistic`; inf leaves the base rate alone (half a purchase held against it).
    """
    count = traits.shape[1]
    if len(traits):
        low, high = np.quantile(traits, [0.001, 0.999], axis=0)
    else:
        low = high = np.zeros(count, traits.dtype)
    kept: Doubles = np.clip(traits.astype(np.float64), low, high)
    centre = kept.mean(axis=0) if len(kept) else np.zeros(count)
    spread = kept.std(axis=0) if len(kept) else np.zeros(count)
    scale = np.where(spread > 1e-6, 1 / np.maximum(spread, 1e-6), 0.0)
    shift = -centre * scale
    z: Doubles = kept * scale + shift
    square = np.zeros((crossed, crossed))
    linear = np.zeros(count)
    if np.isinf(penalty) or not happened.any() or happened.all():
        rate = (happened.sum() + 0.5) / (len(happened) + 1.0)
        intercept = float(np.log(rate / (1 - rate)))
    else:
        upper = np.triu_indices(crossed)
        wide = np.column_stack([z, z[:, upper[0]] * z[:, upper[1]]])
        found = fit_logistic(wide, happened.astype(np.float64), np.ones(len(wide)), penalty=penalty)
        weights = np.array(found.weights)
        intercept = found.intercept - float(weights @ np.array(found.centre))
        linear, square[upper] = weights[:count], weights[count:]
    parts = [
        np.ascontiguousarray(part, dtype=np.float32) for part in (low, high, scale, shift, linear, square)
    ]
    return Scorer(intercept, parts[0], parts[1], parts[2], parts[3], parts[4], parts[5])


def fit_calibrated(traits: Floats, happened: Bools, whose: Small, *, crossed: int, penalty: float) -> Scorer:
    """`fit_scorer`, set to what happened. whose: the person of each pair.

    A scorer of a small shop looks surer on its own pairs than it may be. There each person is scored by a fit without them, and how
    those scores came true says how far all of them move back to the shop's usual rate (cross-fitting, Platt 1999, section 2.1).
    """
    scorer = fit_scorer(traits, happened, crossed=crossed, penalty=penalty)
    if happened.sum() >= PLENTY or len(happened) > MANY:
        return calibrate(scorer, scorer.raw(traits), happened)
    odds = np.zeros(len(whose), np.float32)
    for fold in range(FOLDS):
        left = whose % FOLDS == fold
        odds[left] = fit_scorer(traits[~left], happened[~left], crossed=crossed, penalty=penalty).raw(
            traits[left]
        )
    return calibrate(scorer, odds, happened)


def calibrate(scorer: Scorer, odds: Floats, happened: Bools) -> Scorer:
    """The same scorer set to what happened where it said these raw log-odds; a ranking is never turned round (slopes stay within 0.25
    to 4).

    odds: of pairs the scorer was not fitted on, or of so many that it makes no difference.
    """
    odds = odds.astype(np.float64)
    columns = np.column_stack([-np.logaddexp(0.0, -odds), np.logaddexp(0.0, odds), np.ones(len(odds))])
    identity = np.array([1.0, 1.0, 0.0])
    pull = PULL * np.array([1.0, 1.0, 0.25])
    beta = identity.copy()
    for _ in range(30):
        p = 1 / (1 + np.exp(-(columns @ beta)))
        slope = columns.T @ (p - happened) + pull * (beta - identity)
        curve = (columns * (p * (1 - p))[:, None]).T @ columns + np.diag(pull)
        step = np.clip(np.linalg.solve(curve, slope), -0.5, 0.5)
        beta = np.clip(beta - step, [0.25, 0.25, -3.0], [4.0, 4.0, 3.0])
        if np.abs(step).max() < 1e-6:
            break
    return replace(scorer, calibration=(float(beta[0]), float(beta[1]), float(beta[2])))
