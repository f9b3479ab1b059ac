"""How did a forecast of net revenue do on a stretch of the shop's past that it has not learned from?"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from agent.domain.prediction import Backtest
from customers.repeat.history import Numbers
from customers.worth.ltv_model import COVERAGE, Ltv
from customers.worth.revenue_forecast import SpendHistory

MODEL_NAME = "orders_times_spend"
"""MBG/CNBD-k times Gamma-Gamma."""

FARTHEST_SUM = 0.4
"""The sum over all customers may be off by e^0.4 (1.5 times), or what chance explains in a small shop, at most e^0.8."""


@dataclass(frozen=True, slots=True)
class PastWindow:
    """A stretch of the shop's past: what was known at its cut, and what each customer brought in the horizon_days after."""

    history: SpendHistory
    cut: int
    horizon_days: int
    outcome_yen: Numbers


def judge_ltv(model: Ltv, window: PastWindow) -> Backtest:
    """The back-test, of customers who all had bought before the window's cut.

    figures: mae_yen, and mae_habit_yen of the habit (past yen a day times the horizon); predicted_to_actual, of the sums; coverage,
    and coverage_stated by the intervals; coverage_of_80 and share_of_80, of and by those who got a plain 80 % interval;
    spend_frequency_correlation, factor, drift (see `Ltv`); negative_outcomes, share of customers.    passed: coverage within 6
    points and chance of what was stated, the sum within a factor of 1.5 and chance, and no worse than the habit.
    """
    said = replace(model, horizon_days=window.horizon_days).predict(window.history, cut=window.cut)
    came = np.maximum(window.outcome_yen, 0.0)
    inside = (came >= said.low) & (came <= said.high)
    stated = float(said.coverage.mean())
    exact = said.coverage <= COVERAGE
    seen = np.maximum(window.cut - window.history.first_day, 30.0)
    habit = np.maximum(window.history.net_yen, 0.0) / seen * window.horizon_days
    covered = float(inside.mean())
    error = float(np.abs(said.point - window.outcome_yen).mean())
    error_habit = float(np.abs(habit - window.outcome_yen).mean())
    total = float(window.outcome_yen.sum())
    ratio = float(said.point.sum()) / total if total > 0 else 0.0
    doubt = 2 * np.sqrt(
        stated * (1 - stated) / inside.size
    )  # of a right interval, so few people may be off by that
    reliable = abs(covered - stated) <= 0.06 + doubt
    off = window.outcome_yen - said.point * total / max(float(said.point.sum()), 1.0)
    chance = (
        2 * float(np.sqrt(off @ off)) / total if total > 0 else 0.0
    )  # by which few people's sum may be off
    summed = total > 0 and ratio > 0 and abs(np.log(ratio)) <= FARTHEST_SUM + min(chance, FARTHEST_SUM)
    better = error <= error_habit * 1.05
    passed = bool(reliable and summed and better)
    figures = {
        "mae_yen": error,
        "mae_habit_yen": error_habit,
        "predicted_to_actual": ratio,
        "coverage": covered,
        "coverage_stated": stated,
        "coverage_of_80": float(inside[exact].mean()) if exact.any() else covered,
        "share_of_80": float(exact.mean()),
        "spend_frequency_correlation": model.spend_frequency_correlation,
        "factor": model.factor,
        "drift": model.drift,
        "negative_outcomes": float((window.outcome_yen < 0).mean()),
    }
    return Backtest(
        task="ltv",
        model=MODEL_NAME,
        cut=date(1970, 1, 1) + timedelta(days=window.cut),
        horizon_days=window.horizon_days,
        people=int(inside.size),
        base_rate=float((window.outcome_yen > 0).mean()),
        auc=None,
        brier=None,
        log_loss=None,
        ece=None,
        baseline_auc=None,
        baseline_brier=None,
        reliability=(),
        lift=(),
        chosen=True,
        passed=passed,
        verdict=_verdict(covered, stated, ratio, summed=bool(summed), better=better, passed=passed),
        figures=tuple(figures.items()),
    )


def _verdict(covered: float, stated: float, ratio: float, *, summed: bool, better: bool, passed: bool) -> str:
    if passed:
        return f"過去の期間で試したところ、示した幅に{covered:.0%}の方の実績が収まり、合計は実績の{ratio:.2f}倍でした。"
    if not summed:
        return f"過去の期間で試すと合計が実績の{ratio:.2f}倍になり、ずれが大きいため表示しません。"
    if not better:
        return "過去の期間で試すと、これまでの買い方がそのまま続くと見るほうが近かったため表示しません。"
    return f"過去の期間で試すと、{stated:.0%}の方が収まるはずの幅に{covered:.0%}の方が収まり、幅が合わないため表示しません。"
