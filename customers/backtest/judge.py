"""May staff see this prediction? Its figures on the shop's own past, and a verdict in one sentence."""

from datetime import date
from math import sqrt
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from agent.domain.prediction import Backtest, Measured
from customers.backtest.metrics import (
    auc,
    auc_difference,
    brier,
    brier_difference,
    ece,
    ece_by_chance,
    lift,
    log_loss,
    reliability,
)

FEWEST: Final = 10
"""With fewer people on either side (it happened, it did not) no figure says anything: the interval of an AUC spans 0.3."""

ECE_ALLOWED: Final = 0.05
"""Calibration error beyond chance from which a stated probability misleads: 5 points, half a step of "about 7 in 10"."""


def testable(happened: ArrayLike) -> bool:
    """Whether enough people did, and did not, to judge a yes-or-no prediction at all."""
    y = np.asarray(happened, dtype=np.float64)
    return bool(min(y.sum(), len(y) - y.sum()) >= FEWEST)


def judge(
    happened: ArrayLike,
    predicted: ArrayLike,
    *,
    task: str,
    model: str,
    cut: date,
    horizon_days: int,
    chosen: bool,
    habit_score: ArrayLike | None = None,
    habit_probability: ArrayLike | None = None,
    windows: int = 1,
    figures: tuple[tuple[str, float], ...] = (),
) -> Backtest:
    """The back-test of a yes-or-no prediction.

    happened: 0 or 1, shape (people,), from the horizon_days after cut.    predicted: probabilities given at cut.
    habit_score: what the shop would sort by without us (RFM sum); its AUC is the baseline.    habit_probability: the same as
    probabilities, None: the base rate said of everybody (the kindest constant, as it is read off the outcome itself).
    windows: the same people once in each of so many neighbouring windows of horizon_days; intervals are widened as if each person
    had been seen once.
    Hidden (passed False) when it cannot be tested, when it is no better than the base rate, when the habit ranks clearly better
    (paired DeLong), when it is clearly worse than the habit's probabilities, or when its calibration error is more than
    ECE_ALLOWED beyond chance.
    """
    y, p = np.asarray(happened, dtype=np.float64), np.asarray(predicted, dtype=np.float64)
    rate = float(y.mean()) if len(y) else 0.0
    constant = np.full(len(y), rate)
    theirs = constant if habit_probability is None else np.asarray(habit_probability, dtype=np.float64)
    ranked = _widened(auc_difference(y, p, habit_score), windows) if habit_score is not None else None
    passed, verdict = _verdict(
        enough=testable(y),
        skill=brier_difference(y, p, constant),
        ranked=ranked,
        against_habit=None
        if habit_probability is None
        else _widened(brier_difference(y, p, theirs), windows),
        off=(ece(y, p) or 0.0) - ece_by_chance(p),
        leaning=float(p.mean()) - rate if len(y) else 0.0,
    )
    base_auc, base_brier = auc(y, habit_score) if habit_score is not None else None, brier(y, theirs)
    return Backtest(
        task=task,
        model=model,
        cut=cut,
        horizon_days=horizon_days,
        people=len(y) // max(1, windows),
        base_rate=rate,
        auc=_as_share(_widened(auc(y, p), windows)),
        brier=_as_share(_widened(brier(y, p), windows)),
        log_loss=log_loss(y, p),
        ece=ece(y, p),
        baseline_auc=base_auc.value if base_auc else None,
        baseline_brier=base_brier.value if base_brier else None,
        reliability=reliability(y, p),
        lift=lift(y, p),
        chosen=chosen,
        passed=passed,
        verdict=verdict,
        figures=figures,
    )


def _as_share(figure: Measured | None) -> Measured | None:
    """Both measures lie between 0 and 1, and so do the ends of their intervals."""
    if figure is None:
        return None
    return Measured(figure.value, max(0.0, figure.low), min(1.0, figure.high))


def _widened(figure: Measured | None, windows: int) -> Measured | None:
    if figure is None or windows <= 1:
        return figure
    wider = sqrt(windows)
    return Measured(
        figure.value,
        figure.value - wider * (figure.value - figure.low),
        figure.value + wider * (figure.high - figure.value),
    )


def _verdict(
    *,
    enough: bool,
    skill: Measured | None,
    ranked: Measured | None,
    against_habit: Measured | None,
    off: float,
    leaning: float,
) -> tuple[bool, str]:
    if not enough or skill is None:
        return False, "実績がまだ少なく、予測が当たるかどうか確かめられません"
    if skill.value >= 0:
        return False, "お店全体の平均をそのまま当てはめるより当たらなかったため、表示していません"
    if ranked is not None and ranked.high < 0:
        return False, "RFMの点数で並べるより当たらなかったため、表示していません"
    if against_habit is not None and against_habit.low > 0:
        return False, "RFMから見積もった確率より外れていたため、表示していません"
    if off > ECE_ALLOWED:
        side = "高く" if leaning > 0 else "低く"
        return False, f"確率を実際より{side}見積もることが多かったため、表示していません"
    return True, "お店の過去の実績で確かめ、確率どおりに当たっています"
