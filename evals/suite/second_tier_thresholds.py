"""From which score a check may speak: as much recall as a budget of false alarms buys, shared over all checks."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TAIL = 0.04
"""Share of the highest harmless scores through which the tail is drawn: beyond the highest one seen, counting says nothing."""

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Evidence:
    """Scores of one check. harmless: the highest of each clean unit (a message, a sentence); guilty: one each."""

    harmless: Scores
    guilty: Scores


def false_alarm_rate(harmless: Scores, thresholds: Scores) -> Scores:
    """Share of clean units at or above each threshold: counted, and never less than an exponential tail says."""
    ordered = np.sort(harmless)
    counted = 1.0 - np.searchsorted(ordered, thresholds, side="left") / ordered.size
    top = ordered[-max(5, int(TAIL * ordered.size)) :]
    start, scale = top[0], max(float(np.mean(top - top[0])), 1e-6)
    tail = top.size / ordered.size * np.exp(-np.maximum(thresholds - start, 0.0) / scale)
    return np.where(thresholds > start, np.maximum(counted, tail), counted)


def share_budget(evidence: list[Evidence], budget: float) -> list[float]:
    """A threshold for each check; infinity where speaking costs more than it finds.

    budget: expected false alarms per clean unit, summed over all checks. Each check takes the threshold of the best
    recall minus price times false alarms; the price is the lowest that keeps the sum within the budget.
    """
    curves = []
    for scores in evidence:
        steps = np.unique(scores.guilty)
        steps = np.concatenate([(steps[1:] + steps[:-1]) / 2, steps[-1:] - 1e-6]) if steps.size else steps
        recall = np.asarray([np.mean(scores.guilty >= step) for step in steps])
        curves.append((steps, recall, false_alarm_rate(scores.harmless, steps) if steps.size else steps))
    low, high = 0.0, 1e6
    for _ in range(80):
        price = (low + high) / 2
        spent = sum(_best(curve, price)[1] for curve in curves)
        low, high = (low, price) if spent <= budget else (price, high)
    return [_best(curve, high)[0] for curve in curves]


def _best(curve: tuple[Scores, Scores, Scores], price: float) -> tuple[float, float]:
    steps, recall, alarms = curve
    if not steps.size:
        return float("inf"), 0.0
    gain = recall - price * alarms
    at = int(np.argmax(gain))
    return (float(steps[at]), float(alarms[at])) if gain[at] > 0 else (float("inf"), 0.0)
