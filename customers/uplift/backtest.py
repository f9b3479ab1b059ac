"""Did those whom the model called easily moved really move more?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from customers.uplift.learner import apart_out_of_fold, folds, standard_of
from customers.uplift.ridge import choose_penalty
from customers.uplift.trial import Trial, average_effect, why_not

TENTHS = 10


@dataclass(frozen=True, slots=True)
class UpliftTenth:
    """People of one tenth, most movable first: what was predicted beyond the average, and the measured difference (None without both
    arms)."""

    predicted: float
    measured: float | None
    treated_people: int
    held_out_people: int


@dataclass(frozen=True, slots=True)
class UpliftBacktest:
    """Tenths by predicted effect, on people left out of the fit.

    qini: area between the curve of orders won and that of writing at random, per person, as a share of the trial's people; 0 for a
    random order. qini_error: its standard error over random orders.    passed: more than two errors above 0; only then may
    personal effects be shown.    verdict: why, one Japanese sentence.
    """

    tenths: tuple[UpliftTenth, ...]
    qini: float
    qini_error: float
    passed: bool
    verdict: str


def backtest_uplift(trial: Trial) -> UpliftBacktest | str:
    """Rank people by effects of models that had not seen them, and compare with what happened; or the reason why not yet."""
    if reason := why_not(trial):
        return reason
    rows, fold = standard_of(trial.features).rows(trial.features), folds(trial)
    arms = (trial.treated, ~trial.treated)
    penalties = [choose_penalty(rows[arm], trial.ordered[arm], fold[arm]) for arm in arms]
    predicted = apart_out_of_fold(rows, trial, fold, penalties)
    order = np.argsort(-predicted, kind="stable")
    area = qini(trial, order)
    rng = np.random.default_rng(0)
    error = float(np.std([qini(trial, rng.permutation(len(order))) for _ in range(100)]))
    passed = bool(area > 2 * error and predicted.std() > 0)
    verdict = (
        "予測で効果が大きいとした方ほど、実際にもお便りの効果が大きく出ました。"
        if passed
        else "お便りの効果がお客さまごとに違うことは確かめられなかったため、お一人ずつの効果は全体の平均に近い値だけを使います。"
    )
    return UpliftBacktest(_tenths(trial, order, predicted), area, error, passed, verdict)


def qini(trial: Trial, order: NDArray[np.int64]) -> float:
    """Area between the Qini curve of an order and the straight line to its end (Radcliffe, 2007), per person."""
    treated, ordered = trial.treated[order], trial.ordered[order]
    written, held = np.cumsum(treated), np.cumsum(~treated)
    came, came_anyway = np.cumsum(treated & ordered), np.cumsum(~treated & ordered)
    won: NDArray[np.float64] = came - came_anyway * np.divide(
        written, held, out=np.zeros(len(order)), where=held > 0
    )
    share = np.arange(1, len(order) + 1) / len(order)
    return float((won - won[-1] * share).mean() / max(1, written[-1]))


def _tenths(
    trial: Trial, order: NDArray[np.int64], predicted: NDArray[np.float64]
) -> tuple[UpliftTenth, ...]:
    found = []
    average = average_effect(trial).point
    for part in np.array_split(order, TENTHS):
        treated, ordered = trial.treated[part], trial.ordered[part]
        both = treated.any() and not treated.all()
        found.append(
            UpliftTenth(
                predicted=float(predicted[part].mean()) + average,
                measured=float(ordered[treated].mean() - ordered[~treated].mean()) if both else None,
                treated_people=int(treated.sum()),
                held_out_people=int((~treated).sum()),
            )
        )
    return tuple(found)
