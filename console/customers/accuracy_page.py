"""How well did each prediction do on the shop's own past? One section a back-test, drawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from math import sqrt
from typing import Literal

from agent.domain.customer_page import Pareto
from agent.domain.nps import NpsSummary
from agent.domain.prediction import Backtest, LiftStep
from agent.ports.insight import CustomerInsight
from console.customers.plots.curves import (
    Column,
    CurvePlot,
    ReliabilityPlot,
    gains_plot,
    nps_columns,
    pareto_plot,
    reliability_plot,
    step_at,
)
from console.customers.plots.strips import AgainstHabit, against_habit
from console.frame.figures import say_yen
from console.frame.words import WORDS, Language, say

TOLD_SHARE = 0.2
"""The point of the gains curve that is told in words: a shop seldom writes to more than a fifth at once."""

SHARES = ("coverage", "recall", "share", "held", "negative")
"""How the names of figures begin that are shares; those in days and in yen end with their unit."""


@dataclass(frozen=True, slots=True)
class TestView:
    """One back-test, drawn. title: what was predicted, with its horizon.    until: last day of the horizon.

    model: what staff call it.    rate_told: how often it happened says something of this task.

    mark: chosen, spare or failed.    against: the AUC compared with the habit's, by its interval.    figures: (name, value).
    """

    test: Backtest
    title: str
    model: str
    until: date
    rate_told: bool
    mark: Literal["chosen", "spare", "failed"]
    reliability: ReliabilityPlot | None
    gains: CurvePlot | None
    told: LiftStep | None
    auc: AgainstHabit | None
    against: Literal["better", "worse", "even"] | None
    figures: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The page. unknown: Japanese reasons for missing parts, keyed backtests, pareto, nps."""

    tests: tuple[TestView, ...]
    pareto: Pareto | None
    pareto_plot: CurvePlot | None
    nps: NpsSummary | None
    nps_range: tuple[float, float] | None
    columns: tuple[Column, ...]
    unknown: Mapping[str, str]


def read_accuracy(insight: CustomerInsight, *, as_of: date, language: Language) -> Accuracy:
    """Everything the page shows; what is not known is None with its reason."""
    pareto, nps = insight.pareto(as_of=as_of), insight.nps(as_of=as_of)
    return Accuracy(
        tests=tuple(view_test(test, language) for test in insight.backtests()),
        pareto=pareto,
        pareto_plot=pareto_plot(pareto) if pareto else None,
        nps=nps,
        nps_range=nps_range(nps) if nps else None,
        columns=nps_columns(nps) if nps else (),
        unknown=insight.unknown(as_of=as_of),
    )


def nps_range(given: NpsSummary) -> tuple[float, float] | None:
    """95 % interval of the score in points, from the spread of +1, 0 and -1 among the answers; None without a score."""
    if given.score is None:
        return None
    up, down = given.promoters / given.answers, given.detractors / given.answers
    half = 196 * sqrt(max(0.0, up + down - (up - down) ** 2) / given.answers)
    return max(-100.0, given.score - half), min(100.0, given.score + half)


def view_test(test: Backtest, language: Language) -> TestView:
    """Draw one back-test."""
    told = step_at(test.lift, TOLD_SHARE)
    return TestView(
        test=test,
        title=_title(test, language),
        model=_named(f"model_{test.model}", test.model, language),
        rate_told=bool(test.auc or test.reliability),
        until=test.cut + timedelta(days=test.horizon_days - 1),
        mark="failed" if not test.passed else "chosen" if test.chosen else "spare",
        reliability=reliability_plot(test.reliability),
        gains=gains_plot(test.lift, mark=told),
        told=told,
        auc=against_habit(test),
        against=_against(test),
        figures=tuple(_figure(name, value, language) for name, value in _further(test)),
    )


def _title(test: Backtest, language: Language) -> str:
    key = f"task_{test.task}"
    if key not in WORDS:
        return say(language, "task_other", task=test.task, n=test.horizon_days)
    return say(language, key, n=test.horizon_days)


def _against(test: Backtest) -> Literal["better", "worse", "even"] | None:
    """Better or worse only when the habit lies outside the interval: less would be chance."""
    if test.auc is None or test.baseline_auc is None:
        return None
    if test.auc.low > test.baseline_auc:
        return "better"
    return "worse" if test.auc.high < test.baseline_auc else "even"


def _further(test: Backtest) -> list[tuple[str, float]]:
    own = [("ece", test.ece), ("log_loss", test.log_loss)]
    return [*test.figures, *((name, value) for name, value in own if value is not None)]


def _figure(name: str, value: float, language: Language) -> tuple[str, str]:
    """A named number with its unit, which its name tells."""
    words = _named(f"figure_{name}", name, language)
    if name.endswith("_days"):
        return words, say(language, "figure_in_days", n=f"{value:.1f}")
    if name.endswith("_yen"):
        return words, say(language, "yen", yen=say_yen(value))
    if name.endswith("_share") or name.startswith(SHARES):
        return words, say(language, "percent", n=f"{value * 100:.1f}")
    return words, f"{value:.0f}" if name == "horizons" else f"{value:.3f}"


def _named(key: str, code: str, language: Language) -> str:
    return say(language, key) if key in WORDS else code
