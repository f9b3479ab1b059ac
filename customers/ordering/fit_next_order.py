"""How are the windows of the next order learned and tried out?"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import sqrt
from typing import Final

import numpy as np
import polars as pl
from scipy.special import expit

from agent.domain.prediction import Backtest
from customers.backtest.judge import ECE_ALLOWED
from customers.backtest.metrics import brier, ece, ece_by_chance, lift, reliability
from customers.ordering.fit import odds_before
from customers.ordering.inputs import Floats
from customers.ordering.logistic import PENALTY, Logistic, fit_logistic, small_shop
from customers.ordering.model import OrderingModel
from customers.ordering.next_order import EDGES, TURNING, NextOrderModel, bends, matrix_of
from customers.ordering.past import FEWEST, Accumulated, Past, TooFew, fit_repeat
from customers.ordering.traits import own_gap, read_rhythm

LOOKS_BACK: Final = (14, 28, 42, 63, 91, 126, 182, 273, 371)
"""Training cuts, in days before the fit: whole weeks, so that each sees the days of the week it will be used on."""

FIRST_WEEKS: Final = 28
"""Days of history before the earliest training cut."""

MOST_ROWS: Final = 100_000
"""Customers times cuts times spans fitted on, at most."""

OFF: Final = 0.05
"""How far the share of windows that held may lie from what was said: 5 points, or what chance explains where people are few."""

FEWEST_WAITS: Final = 30
"""Fewer orders than this in the trial say nothing about windows."""


def fit_next_order(
    accumulated: Accumulated,
    bought: pl.DataFrame,
    *,
    cut: date,
    history_from: date,
    ordering: OrderingModel,
) -> NextOrderModel:
    """The windows as of `cut`, with their back-test. Arguments as in `fit.fit_ordering`. Raises TooFew below 30 customers.

    ordering: fitted at the same cut on the same customers; the windows agree with it, and so they do in the back-test with what its
    recipe would have said then.    The longest wait foreseen is a third of the history, at most a year: two thirds to learn from, one
    to be tried on.
    """
    past = Past(accumulated, bought, history_from)
    past.enough(cut)
    longest = max(7, (cut - history_from).days // 3)
    horizon = ordering.horizon_days
    edges = tuple(sorted({edge for edge in (*EDGES, horizon) if edge <= longest}))
    model = _fit(past, cut, edges, horizon)
    if model.base is None:
        return model
    trials = [_tried(past, cut, age, model, ordering) for age in _ages(model)]
    return model.with_backtests(_judged([each for each in trials if each is not None], model, cut))


def _ages(model: NextOrderModel) -> tuple[int, ...]:
    """Days between the trials and the fit: the longest wait, which sees every window to its end, and half of it for the latest days."""
    half = max(model.within // 2, model.horizon_days)
    return (model.within, half) if half < model.within else (model.within,)


def _fit(past: Past, cut: date, edges: tuple[int, ...], horizon: int) -> NextOrderModel:
    now = past.at(cut)
    rhythm, repeat = read_rhythm(now.inputs), fit_repeat(now)
    looks = [days for days in LOOKS_BACK if cut - timedelta(days + FIRST_WEEKS) >= past.history_from]
    looks = [days for days in looks if len(past.at(cut - timedelta(days))) > 0]
    empty: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
    model = NextOrderModel(cut, edges, horizon, rhythm, repeat, None, empty, (), len(now), ())
    if not looks:
        note = "記録がまだ短いため、次のご注文の時期は購入リズムの数理モデルだけで見積もっています。"
        return replace(model, notes=(note,))
    base, turning, spans = _learn(past, cut, looks, model)
    return replace(model, base=base, turning=turning, spans=spans)


def _learn(
    past: Past, cut: date, looks: list[int], model: NextOrderModel
) -> tuple[Logistic, tuple[tuple[float, ...], tuple[float, ...]], tuple[float, ...]]:
    """A row for each customer, past cut and span they entered without an order, if the span was over by `cut`."""
    edges = np.array(model.edges)
    starts = np.concatenate([[0], edges[:-1]])
    most = max(50, MOST_ROWS // (len(looks) * len(edges)))
    traits_of, spans_of, came = [], [], []
    names: tuple[str, ...] = ()
    for days in looks:
        each = past.at(cut - timedelta(days)).thinned(most)
        matrix, names = matrix_of(each.inputs, model.rhythm, model.repeat)
        entered = (each.wait[:, None] >= starts) & (edges <= days)
        row, span = np.nonzero(entered)
        traits_of.append(matrix[row])
        spans_of.append(span)
        came.append((each.wait[row] < edges[span]).astype(np.float64))
    matrix, span, happened = np.vstack(traits_of), np.concatenate(spans_of), np.concatenate(came)
    first, second = bends(model.edges)
    turning = matrix[:, [names.index(name) for name in TURNING]]
    wide = np.hstack(
        [matrix, turning * first[span][:, None], turning * second[span][:, None], np.eye(len(edges))[span]]
    )
    people = len(past.at(cut))
    free = np.concatenate([[matrix.shape[1] - 1], np.arange(wide.shape[1] - len(edges), wide.shape[1])])
    fitted = fit_logistic(
        wide, happened, np.ones(len(happened)), penalty=small_shop(PENALTY, people), free=free.astype(np.intp)
    )
    weights, centre = np.array(fitted.weights), np.array(fitted.centre)
    own, turns = matrix.shape[1], len(TURNING)
    shift = fitted.intercept - float(weights[own:] @ centre[own:])
    base = Logistic(shift, fitted.weights[:own], fitted.centre[:own], fitted.low[:own], fitted.high[:own])
    early, late = fitted.weights[own : own + turns], fitted.weights[own + turns : own + 2 * turns]
    spans = weights[own + 2 * turns :]
    unseen = np.bincount(span, minlength=len(edges)) == 0
    if unseen.any():  # spans longer than any look back: as likely a day as the last one seen
        last = int(np.flatnonzero(~unseen)[-1])
        spans = np.where(unseen, spans[last] + np.log((edges - starts) / (edges - starts)[last]), spans)
    return base, (early, late), tuple(float(each) for each in spans)


@dataclass(frozen=True, slots=True)
class _Trial:
    """What was said at an earlier cut and what is known of it, shape (customers,).

    said: P(the next order falls into the part of the window that is known by now).    held: whether it did.    came: whether they
    ordered at all by now.    width: of the window, days.    off, usual_off: by how many days the likely day, and the last order plus
    the usual gap, missed the next order; NaN for whom it has not come, or who had bought on fewer than three days.
    """

    said: Floats
    held: Floats
    came: Floats
    width: Floats
    off: Floats
    usual_off: Floats


def _tried(past: Past, cut: date, age: int, model: NextOrderModel, ordering: OrderingModel) -> _Trial | None:
    """The whole recipe as of `age` days before the cut; None where that is not possible."""
    before = cut - timedelta(age)
    if len(past.at(before)) < FEWEST:
        return None
    try:
        then = _fit(past, before, model.edges, model.horizon_days)
        odds = odds_before(past, before, like=ordering)
    except TooFew:  # nobody had come back yet
        return None
    seen = past.at(before)
    arrived = then.anchored(then.arrived(seen.inputs), expit(odds(seen.inputs)))
    first, last, likely, _ = then.windows_of(arrived)
    said = then.by(arrived, np.minimum(last + 1, age)) - then.by(arrived, np.minimum(first, age))
    came = seen.wait < age
    held = came & (seen.wait >= first) & (seen.wait <= last)
    often = came & (seen.inputs["days"] >= 3)
    usual = np.maximum(0.0, own_gap(seen.inputs, then.rhythm) - seen.inputs["since"])
    wait = np.where(often, seen.wait, np.nan)
    known = first < age
    columns = (said, held, came, last - first + 1, np.abs(likely - wait), np.abs(usual - wait))
    return _Trial(*(np.asarray(column, dtype=np.float64)[known] for column in columns))


def _judged(trials: list[_Trial], model: NextOrderModel, cut: date) -> tuple[Backtest, ...]:
    """Did as many orders fall into their windows as was said, and on days nearer than the usual gap gives?"""
    if sum(each.came.sum() for each in trials) < FEWEST_WAITS:
        return ()
    said, held, came, width, off, usual_off = (
        np.concatenate([getattr(each, name) for each in trials])
        for name in ("said", "held", "came", "width", "off", "usual_off")
    )
    often = np.isfinite(off)
    off, usual_off = (each[often] if often.any() else np.zeros(1) for each in (off, usual_off))
    passed, verdict = _verdict(held, said, off - usual_off, trials=len(trials))
    return (
        Backtest(
            task="next_order",
            model="hazard",
            cut=cut - timedelta(model.within),
            horizon_days=model.within,
            people=max(len(each.said) for each in trials),
            base_rate=float(held.mean()),
            auc=None,
            brier=brier(held, said),
            log_loss=None,
            ece=ece(held, said),
            baseline_auc=None,
            baseline_brier=None,
            reliability=reliability(held, said),
            lift=lift(held, said),
            chosen=True,
            passed=passed,
            verdict=verdict,
            figures=(
                ("said_share", float(said.mean())),
                ("held_share", float(held.mean())),
                ("held_of_comers", float(held[came > 0].mean())),
                ("median_window_days", float(np.median(width))),
                ("mean_error_days", float(off.mean())),
                ("median_error_days", float(np.median(off))),
                ("usual_gap_mean_error_days", float(usual_off.mean())),
            ),
        ),
    )


def _verdict(held: Floats, said: Floats, farther: Floats, *, trials: int) -> tuple[bool, str]:
    """farther: days by which ours missed an order by more than the usual gap did, of each regular customer who came.

    Hidden when the calibration error is more than ECE_ALLOWED beyond chance, as everywhere; when the share said is off by more than
    OFF and chance does not explain it; when the likely day is clearly farther from the truth than the usual gap's.
    """
    percent, truth = round(100 * float(said.mean())), round(100 * float(held.mean()))
    shares = f"見積もり{percent}%に対して実際は{truth}%"
    difference = float(held.mean() - said.mean())
    chance = 1.96 * sqrt(trials * float((said * (1 - said)).sum())) / len(said)
    if abs(difference) > max(OFF, chance) or (ece(held, said) or 0.0) - ece_by_chance(said) > ECE_ALLOWED:
        side = "高く" if difference < 0 else "低く"
        return False, f"見込みの期間に入る確率を、{shares}と{side}見積もっていたため、表示していません"
    worse = float(farther.mean()) - 1.96 * sqrt(trials) * float(farther.std()) / sqrt(len(farther))
    if worse > 0:
        return False, "ふだんの間隔から数えた日のほうが、実際のご注文の日に近かったため、表示していません"
    return True, f"過去で確かめたところ、{shares}でした"
