"""How is the forecast of customers' net revenue learned from the shop's own past?

Expected purchases (MBG/CNBD-k) times expected spend at one (Gamma-Gamma), times the factor by which the shop's past windows came out
above or below; the interval is the forecast's, widened by how fast customers drifted, and moved until it held on those windows
(`customers.worth.calibration`). What the intervals promise is told in `customers.worth.ltv_model`.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from customers.repeat.gamma_gamma import GammaGamma, fit_gamma_gamma
from customers.repeat.history import CannotFit, Numbers
from customers.repeat.mbg_nbd import MbgNbd, fit_mbg_nbd
from customers.worth.calibration import UNMOVED, calibrate
from customers.worth.ltv_backtest import PastWindow, judge_ltv
from customers.worth.ltv_model import Ltv, LtvMany
from customers.worth.revenue_forecast import (
    Mask,
    RevenueForecast,
    SpendHistory,
    forecast_revenue,
    usual_spend,
)

__all__ = ["Ltv", "LtvMany", "PastWindow", "SpendHistory", "fit_ltv", "past_windows"]

LEAST_CUSTOMERS = 30
TOO_FEW = f"お買い上げの方が{LEAST_CUSTOMERS}名に満たないため、今後の売上はまだ見込めません。"

PRIOR = 1.0
"""One unit of the weak prior (`customers.repeat.likeliest`): it steadies 30 customers and vanishes among thousands."""

WINDOW_PEOPLE = 30_000
"""A past window is judged on a seeded sample of at most so many customers."""

FACTOR_WIDTH, WINDOW_WIDTH = 0.2, 0.1
"""The factor's logarithm is expected within 0.2; and two windows of one shop to differ by 0.1 (season, campaigns) if we see but one."""

DRIFTS = (0.0, 0.15, 0.3, 0.45, 0.6, 0.8, 1.0, 1.3, 1.7)
"""Candidates for how fast customers' rates wander (see `RevenueForecast.adjusted`); the likeliest in the past windows is taken."""


def past_windows(first_day: int, cut: int, horizon_days: int = 365) -> tuple[tuple[int, int], ...]:
    """(cut, horizon) of the two latest windows worth feeding to `fit_ltv`, older first; none if there are fewer than 90 days.

    The horizon shrinks to a third of the past, so that a third at least is left to learn from before the older window.
    """
    horizon = min(horizon_days, (cut - first_day) // 3)
    if horizon < 30:
        return ()
    return ((cut - 2 * horizon, horizon), (cut - horizon, horizon))


def fit_ltv(
    present: SpendHistory,
    *,
    cut: int,
    horizon_days: int = 365,
    windows: Sequence[PastWindow] = (),
    repeat: MbgNbd | None = None,
    seed: int = 0,
) -> Ltv:
    """Learn from everybody who bought before the cut, and from past windows, older first (see `past_windows`).

    repeat: the repeat model at this cut, if it is fitted already.

    Without windows the interval is the models' own and `backtest` None. With several, the last is the test: it is predicted with
    what the others taught, then it teaches too. A single one is split into people taught from and people tested.
    Raises CannotFit for fewer than 30 buyers, and where nobody came back.
    """
    plain = _plain(present, cut, horizon_days, seed, repeat=repeat)
    usable = [window for window in (_sampled(w, seed) for w in windows) if window is not None]
    fitted = []
    for window in usable:
        try:
            fitted.append((_plain(window.history, window.cut, window.horizon_days, seed), window))
        except CannotFit:
            continue
    if not fitted:
        return plain
    taught = fitted[:-1]
    tested_model, tested = fitted[-1]
    if not taught:
        mask = np.random.default_rng(seed + 1).random(len(tested.history)) < 0.5
        taught, tested = [(tested_model, _part(tested, mask))], _part(tested, ~mask)
    backtest = judge_ltv(_learned(tested_model, taught, seed), tested)
    return replace(_learned(plain, fitted, seed), backtest=backtest)


def _plain(history: SpendHistory, cut: int, horizon: int, seed: int, *, repeat: MbgNbd | None = None) -> Ltv:
    """The two models alone."""
    buyers = history.only(history.bought(cut))
    if len(buyers) < LEAST_CUSTOMERS:
        raise CannotFit(TOO_FEW)
    repeat = repeat or fit_mbg_nbd(buyers.repeats(cut), prior=PRIOR, seed=seed)
    fitted: GammaGamma | CannotFit
    try:
        fitted = fit_gamma_gamma(buyers.days, buyers.mean_spend(), prior=PRIOR, seed=seed)
    except CannotFit as refused:
        fitted = refused
    return Ltv(
        repeat=repeat,
        spend=usual_spend(buyers, fitted),
        factor=1.0,
        drift=0.0,
        calibration=UNMOVED,
        horizon_days=horizon,
        key_days=horizon,
        spend_frequency_correlation=_correlation(buyers),
    )


def _learned(model: Ltv, windows: Sequence[tuple[Ltv, PastWindow]], seed: int) -> Ltv:
    """The model with the factor, drift and calibration that would have been right in these windows."""
    came = [window.outcome_yen for _, window in windows]
    plain = [
        forecast_revenue(m.repeat, m.spend, w.history, cut=w.cut, horizon=w.horizon_days) for m, w in windows
    ]
    factor = _factor(plain, came)
    by_drift = {drift: [ahead.adjusted(factor=factor, drift=drift) for ahead in plain] for drift in DRIFTS}
    drift = max(DRIFTS, key=lambda each: sum(map(_log_density, by_drift[each], came)))
    rng = np.random.default_rng(seed)
    places = [
        ahead.share_below(yen, within_nothing=rng.random(yen.size))
        for ahead, yen in zip(by_drift[drift], came, strict=True)
    ]
    orders = np.concatenate([ahead.orders for ahead in plain])
    return replace(
        model,
        factor=factor,
        drift=drift,
        calibration=calibrate(np.log(np.maximum(orders, 1e-9)), np.concatenate(places)),
        key_days=windows[-1][1].horizon_days,
    )


def _log_density(ahead: RevenueForecast, came: Numbers) -> float:
    """How likely the outcomes above 0 were, of those who brought any."""
    some = came > 0
    score = (np.log(came[some]) - ahead.middle[some]) / ahead.width[some]
    return float(-(np.log(ahead.width[some]) + score**2 / 2).sum())


def _factor(plain: Sequence[RevenueForecast], came: Sequence[Numbers]) -> float:
    """By how much outcomes exceeded the forecast, shrunk to 1 as far as windows disagree and people differ."""
    logs, doubts = [], []
    for ahead, yen in zip(plain, came, strict=True):
        expected, total = float(ahead.mean.sum()), float(yen.sum())
        if expected <= 0 or total <= 0:
            continue
        logs.append(np.log(total / expected))
        off = yen - ahead.mean * total / expected
        doubts.append(float(off @ off) / total**2)
    if not logs:
        return 1.0
    between = max(float(np.var(logs)), WINDOW_WIDTH**2)
    doubt = (between + float(np.mean(doubts))) / len(logs)
    trust = FACTOR_WIDTH**2 / (FACTOR_WIDTH**2 + doubt)
    return float(np.clip(np.exp(trust * np.mean(logs)), 0.5, 2.0))


def _sampled(window: PastWindow, seed: int) -> PastWindow | None:
    """Those who had bought by its cut, at most 30,000; None if too few."""
    bought = window.history.bought(window.cut)
    if bought.sum() < LEAST_CUSTOMERS:
        return None
    who = np.flatnonzero(bought)
    if who.size > WINDOW_PEOPLE:
        who = np.sort(np.random.default_rng(seed).choice(who, size=WINDOW_PEOPLE, replace=False))
    return PastWindow(
        window.history.only(who), window.cut, window.horizon_days, np.asarray(window.outcome_yen[who], float)
    )


def _part(window: PastWindow, mask: Mask) -> PastWindow:
    return replace(window, history=window.history.only(mask), outcome_yen=window.outcome_yen[mask])


def _correlation(buyers: SpendHistory) -> float:
    """Of ln days and ln mean spend among repeaters; the product of the two models assumes about 0. 0 where it cannot be told."""
    again = (buyers.days >= 2) & (buyers.net_yen > 0)
    often, spend = np.log(buyers.days[again]), np.log(buyers.mean_spend()[again])
    if often.size < 10 or np.std(often) < 1e-9 or np.std(spend) < 1e-9:
        return 0.0
    return float(np.corrcoef(often, spend)[0, 1])
