"""How is a shop's ordering model made? Chosen at an earlier cut, calibrated on a later one, then refitted on everything.

For a day D, a horizon H and a trial period P (H, or as many H as make four weeks: one week's weather is no trial), candidates are
compared on the windows of [D - 3P, D - 2P) and [D - 2P, D - P) by log-loss, fitted each time on labels that had ended; those fitted on
labels that ended by D - P are calibrated on the windows of [D - P, D); the chosen one is refitted on all labels that ended by D. The
whole recipe is then run as of D - P, where what came next is known: that is the back-test, of the recipe and not of one lucky fit.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Final

import numpy as np
import polars as pl
from scipy.special import expit

from agent.domain.prediction import Backtest
from customers.backtest.judge import judge, testable
from customers.backtest.metrics import log_loss
from customers.ordering.candidates import (
    CLOSED,
    NAMES,
    RFM,
    Candidates,
    Labelled,
    fit_candidates,
    rfm_sum,
)
from customers.ordering.inputs import EVENT_GROUPS, GROUPS, Floats, Inputs, middle
from customers.ordering.logistic import FULL, Calibration, fit_calibration
from customers.ordering.model import OrderingModel
from customers.ordering.past import FEWEST, Accumulated, Past, fit_repeat
from customers.ordering.traits import own_gap, read_rhythm

MOST_ROWS: Final = 60_000
"""Customers times training cuts fitted on, at most."""

MOST_CUTS: Final = 8
"""Training cuts at most, one horizon apart; older ones have faded to nothing anyway."""

TRIAL_DAYS: Final = 28
"""A trial period covers at least so many days where the history allows."""

CURRENT_GAPS: Final = 2.0
"""Somebody silent for no longer than so many of their own usual gaps is a current customer."""


def fit_ordering(
    accumulated: Accumulated,
    bought: pl.DataFrame,
    *,
    cut: date,
    horizon_days: int,
    history_from: date,
) -> OrderingModel:
    """The model for [cut, cut + horizon_days), with its back-tests.

    accumulated: rows of `features.definition.accumulators` before a given day, of all customers or of a fair sample, always the same
    people (`past.MOST` are enough); called for about twelve days.    bought: customer_id and ordered_on of the same customers' orders,
    a row a day or an order.    history_from: the first day the shop's records hold.    Raises TooFew below 30 customers with an order
    before the cut, and where nobody has come back yet.
    """
    past = _Trials(Past(accumulated, bought, history_from), horizon_days)
    customers = len(past.past.enough(cut))
    backtests, notes = _try_out(past, cut)
    made = _make(past, cut)
    backtests, only = stand_in(_in_use(backtests, made.chosen))
    if only is not None and only != made.chosen:
        made = _make(past, cut, only=only)
    now = past.at(cut).inputs
    return OrderingModel(
        fitted_at=cut,
        horizon_days=horizon_days,
        candidates=made.candidates,
        chosen=made.chosen,
        calibration=made.calibration,
        reference=tuple(
            middle(now, now["since"] <= CURRENT_GAPS * own_gap(now, made.candidates.rhythm)).items()
        ),
        people=customers,
        notes=(*notes, *_notes(past, cut, customers)),
        backtests=backtests,
    )


def odds_before(past: Past, cut: date, *, like: OrderingModel) -> Callable[[Inputs], Floats]:
    """Calibrated log-odds as the recipe would have given them at an earlier cut, with the candidate now in use."""
    trials = _Trials(past, like.horizon_days)
    trials.at(cut)
    made = _make(trials, cut, only=like.chosen)
    return lambda inputs: made.calibration.apply(made.candidates.log_odds(made.chosen, inputs))


def _in_use(backtests: tuple[Backtest, ...], model: str) -> tuple[Backtest, ...]:
    """The test that counts is that of the candidate staff will see, whichever the recipe would have taken a period ago."""
    return tuple(replace(each, chosen=each.model == model) for each in backtests)


@dataclass(frozen=True)
class _Trials:
    """The past in windows of one horizon."""

    past: Past
    horizon_days: int
    fitted: dict[date, Candidates] = field(default_factory=dict)

    def at(self, cut: date) -> Labelled:
        seen = self.past.at(cut)
        return Labelled(cut, seen.inputs, (seen.wait < self.horizon_days).astype(np.float64))

    def labelled_before(self, cut: date) -> list[date]:
        """Cuts whose horizon ended by `cut`, latest first, each with a horizon and four weeks of history before it."""
        step = timedelta(self.horizon_days)
        first = self.past.history_from + timedelta(max(self.horizon_days, 28))
        days = [cut - step * age for age in range(1, MOST_CUTS + 1)]
        return [day for day in days if day >= first and len(self.at(day).happened) >= FEWEST]

    @cached_property
    def period(self) -> timedelta:
        """The trial period P: as many horizons as make four weeks, fewer where three periods do not fit into the history."""
        cut = max(self.past.seen)
        for windows in range(max(1, -(-TRIAL_DAYS // self.horizon_days)), 1, -1):
            period = timedelta(windows * self.horizon_days)
            if self.labelled_before(cut - 3 * period):
                return period
        return timedelta(self.horizon_days)

    def windows(self, start: date) -> list[Labelled]:
        """The windows of the trial period that begins at `start`."""
        step = timedelta(self.horizon_days)
        return [self.at(start + step * age) for age in range(self.period // step)]

    def candidates(self, cut: date) -> Candidates:
        """Fitted as of `cut`: on what was known by then and nothing later."""
        if cut not in self.fitted:
            now = self.at(cut)
            days = self.labelled_before(cut)
            few = [self._thinned(day, MOST_ROWS // max(1, len(days))) for day in days]
            self.fitted[cut] = fit_candidates(
                horizon_days=self.horizon_days,
                rhythm=read_rhythm(now.inputs),
                repeat=fit_repeat(self.past.at(cut)),
                past=few,
            )
        return self.fitted[cut]

    def _thinned(self, cut: date, most: int) -> Labelled:
        seen = self.past.at(cut).thinned(most)
        return Labelled(cut, seen.inputs, (seen.wait < self.horizon_days).astype(np.float64))


@dataclass(frozen=True, slots=True)
class _Made:
    candidates: Candidates
    chosen: str
    calibration: Calibration


def _make(past: _Trials, cut: date, only: str | None = None) -> _Made:
    """The recipe as of `cut`. only: skip the choice."""
    chosen = only or _choose(past, cut)
    candidates = past.candidates(cut)
    if chosen not in candidates.names():
        chosen = CLOSED
    calibration = Calibration()
    before = cut - past.period
    if before in past.labelled_before(cut):
        windows, earlier = past.windows(before), past.candidates(before)
        if chosen in earlier.names() and testable(np.concatenate([each.happened for each in windows])):
            calibration = fit_calibration(
                [(earlier.log_odds(chosen, each.inputs), each.happened) for each in windows]
            )
    return _Made(candidates, chosen, calibration)


def _choose(past: _Trials, cut: date) -> str:
    """The candidate with the least log-loss over the two periods before the last, or in the last where there is no earlier one.

    Each period is judged by candidates fitted before it. The closed form where nothing can be judged.
    """
    labelled = past.labelled_before(cut)
    for ages in ((3, 2), (2,), (1,)):
        trials = [cut - age * past.period for age in ages]
        if not all(trial in labelled and past.labelled_before(trial) for trial in trials):
            continue
        happened = np.concatenate([each.happened for trial in trials for each in past.windows(trial)])
        if not testable(happened):
            continue
        losses = {}
        for name in NAMES:
            odds = [_said(past.windows(t), past.candidates(t), name, Calibration()) for t in trials]
            losses[name] = log_loss(happened, expit(np.concatenate(odds))) or 0.0
        return min(losses, key=losses.__getitem__)
    return CLOSED


def _said(windows: list[Labelled], candidates: Candidates, name: str, calibration: Calibration) -> Floats:
    """Calibrated log-odds for everybody in every window."""
    return np.concatenate([calibration.apply(candidates.log_odds(name, each.inputs)) for each in windows])


def _try_out(past: _Trials, cut: date) -> tuple[tuple[Backtest, ...], tuple[str, ...]]:
    """Every candidate by the whole recipe, one trial period ago."""
    before = cut - past.period
    if before not in past.labelled_before(cut):
        first = past.past.history_from + timedelta(past.horizon_days + max(past.horizon_days, 28))
        wait = max(1, (first - cut).days)
        return (), (
            f"記録がまだ短く、予測が当たるかどうかを過去で確かめられていません（あと{wait}日ほどで確かめられます）。",
        )
    windows = past.windows(before)
    happened = np.concatenate([each.happened for each in windows])
    if not testable(happened):
        return (), ("ご注文の有無がまだ偏っていて、予測が当たるかどうかを過去で確かめられていません。",)
    winner = _make(past, before).chosen
    habit = np.concatenate([rfm_sum(each.inputs) for each in windows])
    tried = {name: _make(past, before, only=name) for name in NAMES}
    said = {
        name: expit(_said(windows, made.candidates, name, made.calibration))
        for name, made in tried.items()
        if made.chosen == name
    }
    return tuple(
        judge(
            happened,
            p,
            task="order_within",
            model=name,
            cut=before,
            horizon_days=past.horizon_days,
            chosen=name == winner,
            habit_score=habit,
            habit_probability=said.get(RFM) if name != RFM else None,
            windows=len(windows),
        )
        for name, p in said.items()
    ), ()


def stand_in(backtests: tuple[Backtest, ...]) -> tuple[tuple[Backtest, ...], str | None]:
    """Where the chosen candidate failed its back-test and others did not, the best of those takes its place."""
    chosen = next((each for each in backtests if each.chosen), None)
    standing = [each for each in backtests if each.passed]
    if chosen is None or chosen.passed or not standing:
        return backtests, None
    best = min(standing, key=lambda each: each.log_loss or 0.0).model
    return tuple(replace(each, chosen=each.model == best) for each in backtests), best


def _notes(past: _Trials, cut: date, customers: int) -> tuple[str, ...]:
    notes = []
    if customers < FULL:
        notes.append(f"お客様が{customers}名と少ないため、購入リズムの数理モデルに寄せて見積もっています。")
    inputs = past.at(cut).inputs
    names = [name for group in EVENT_GROUPS for name in GROUPS[group]]
    if all(float(np.ptp(inputs[name])) == 0.0 for name in names):
        notes.append(
            "訪問やメール開封の記録がないため、ご注文の記録だけで見積もっています。確かさはその分下がります。"
        )
    return tuple(notes)
