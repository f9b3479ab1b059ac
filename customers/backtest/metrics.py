"""How near did predicted probabilities come to what happened?

Every function takes `happened` (bool or 0/1, shape (people,)) and `predicted` (same shape) and gives None where the figure does not
exist: nobody there, or, for a ranking, everybody did the same. Rows with a prediction that is not a number are the caller's error.
"""

from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from agent.domain.prediction import LiftStep, Measured, ReliabilityBin

Floats = NDArray[np.float64]

Z: Final = 1.959963984540054
"""Half the width of a 95 % interval in standard errors."""

BIN_PEOPLE: Final = 25
"""Fewer people in a reliability bin say little: there are as many bins, up to ten, as hold this many."""

LIFT_SHARES: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)


def auc(happened: ArrayLike, predicted: ArrayLike) -> Measured | None:
    """How often somebody it happened to was predicted higher than somebody it did not; 0.5 is chance. DeLong's interval.

    Source: DeLong et al. 1988, in the rank form of Sun and Xu 2014 (n log n, so a million people take a second).
    """
    y = _yes(happened)
    parts = _placements(y, _floats(predicted))
    if parts is None:
        return None
    yes, no = parts
    value = float(yes.mean())
    return _measured(value, sqrt(_variance(yes) + _variance(no)), 0.0, 1.0)


def auc_difference(happened: ArrayLike, ours: ArrayLike, theirs: ArrayLike) -> Measured | None:
    """AUC of `ours` minus that of `theirs` on the same people (DeLong, paired)."""
    y = _yes(happened)
    one, other = _placements(y, _floats(ours)), _placements(y, _floats(theirs))
    if one is None or other is None:
        return None
    yes, no = one[0] - other[0], one[1] - other[1]
    return _measured(float(yes.mean()), sqrt(_variance(yes) + _variance(no)), -1.0, 1.0)


def brier(happened: ArrayLike, predicted: ArrayLike) -> Measured | None:
    """Mean squared distance between probability and outcome; 0 is perfect. Normal interval of the mean."""
    return _mean((_floats(predicted) - _yes(happened)) ** 2, 0.0, 1.0)


def brier_difference(happened: ArrayLike, ours: ArrayLike, theirs: ArrayLike) -> Measured | None:
    """Brier of `ours` minus that of `theirs` on the same people; negative: ours is better."""
    y = _yes(happened)
    return _mean((_floats(ours) - y) ** 2 - (_floats(theirs) - y) ** 2, -1.0, 1.0)


def log_loss(happened: ArrayLike, predicted: ArrayLike) -> float | None:
    """Mean negative log of the probability given to what happened, in nats; probabilities are kept 1e-6 off 0 and 1."""
    y, p = _yes(happened), np.clip(_floats(predicted), 1e-6, 1 - 1e-6)
    return float(-np.mean(np.where(y > 0, np.log(p), np.log1p(-p)))) if len(y) else None


def ece(happened: ArrayLike, predicted: ArrayLike, *, bins: int = 10) -> float | None:
    """Expected calibration error over bins of equally many people (as `reliability` cuts them)."""
    drawn = reliability(happened, predicted, bins=bins)
    people = sum(each.people for each in drawn)
    return (
        sum(each.people * abs(each.predicted - each.happened) for each in drawn) / people if people else None
    )


def ece_by_chance(predicted: ArrayLike, *, bins: int = 10) -> float:
    """The ECE that perfectly calibrated predictions would still show, by chance alone, on so many people."""
    p = np.sort(_floats(predicted))
    cuts = np.array_split(p, _bins(len(p), bins))
    spread = [sqrt(2 / np.pi) * sqrt(float((part * (1 - part)).sum())) for part in cuts if len(part)]
    return sum(spread) / max(1, len(p))


def reliability(happened: ArrayLike, predicted: ArrayLike, *, bins: int = 10) -> tuple[ReliabilityBin, ...]:
    """People in bins of equally many, from least to most likely: what was said of them, and what they did."""
    y, p = _yes(happened), _floats(predicted)
    order = np.argsort(p, kind="stable")
    found = []
    for part in np.array_split(order, _bins(len(p), bins)):
        if len(part):
            low, high = wilson(int(y[part].sum()), len(part))
            found.append(ReliabilityBin(float(p[part].mean()), float(y[part].mean()), low, high, len(part)))
    return tuple(found)


def lift(happened: ArrayLike, predicted: ArrayLike) -> tuple[LiftStep, ...]:
    """What share of those it happened to is among the best-scored 1 %, 2 % ... 100 %. Ties share what they hold."""
    y, p = _yes(happened), _floats(predicted)
    if not len(y) or not y.sum():
        return ()
    order = np.argsort(-p, kind="stable")
    _, first, size = np.unique(-p[order], return_index=True, return_counts=True)
    tied = np.repeat(np.add.reduceat(y[order], first) / size, size)
    gained = np.concatenate(([0.0], np.cumsum(tied))) / y.sum()
    grid = np.linspace(0, 1, len(y) + 1)
    return tuple(LiftStep(share, float(np.interp(share, grid, gained))) for share in LIFT_SHARES)


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927); (0, 1) of nobody."""
    if trials <= 0:
        return 0.0, 1.0
    share, room = successes / trials, Z * Z / trials
    middle = (share + room / 2) / (1 + room)
    half = Z * sqrt(share * (1 - share) / trials + room / (4 * trials)) / (1 + room)
    return max(0.0, middle - half), min(1.0, middle + half)


def _placements(y: Floats, p: Floats) -> tuple[Floats, Floats] | None:
    """For each yes the share of noes below it, for each no the share of yeses above it (ties half)."""
    held = y > 0
    yes, no = int(held.sum()), int((~held).sum())
    if not yes or not no:
        return None
    among_all = _ranks(p)
    of_yes = (among_all[held] - _ranks(p[held])) / no
    of_no = 1 - (among_all[~held] - _ranks(p[~held])) / yes
    return of_yes, of_no


def _variance(values: Floats) -> float:
    return float(values.var(ddof=1)) / len(values) if len(values) > 1 else 0.25


def _mean(values: Floats, floor: float, ceiling: float) -> Measured | None:
    if not len(values):
        return None
    error = float(values.std(ddof=1)) / sqrt(len(values)) if len(values) > 1 else ceiling
    return _measured(float(values.mean()), error, floor, ceiling)


def _measured(value: float, error: float, floor: float, ceiling: float) -> Measured:
    return Measured(value, max(floor, value - Z * error), min(ceiling, value + Z * error))


def _bins(people: int, most: int) -> int:
    return max(1, min(most, people // BIN_PEOPLE))


def _yes(happened: ArrayLike) -> Floats:
    return np.asarray(happened, dtype=np.float64)


def _floats(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)


def _ranks(values: Floats) -> Floats:
    """1 for the smallest, ties sharing their middle; scipy.stats has it too, and takes a second to import."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    return np.asarray(last - (count - 1) / 2)[place]
