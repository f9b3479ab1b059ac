"""How are the windows of the next order learned and tried out?"""

from dataclasses import replace
from datetime import date, timedelta
from math import sqrt
from typing import Final

import numpy as np
import polars as pl

from agent.domain.prediction import Backtest
from customers.backtest.metrics import brier, ece, lift, reliability
from customers.ordering.inputs import Floats
from customers.ordering.logistic import PENALTY, Logistic, fit_logistic, small_shop
from customers.ordering.next_order import EDGES, TURNING, NextOrderModel, bends, matrix_of
from customers.ordering.past import FEWEST, Accumulated, Past, Seen, fit_repeat
from customers.ordering.traits import own_gap, read_rhythm

LOOKS_BACK: Final = (14, 28, 42, 63, 91, 126, 182, 273, 371)
"""Training cuts, in days before the fit: whole weeks, so that each sees the days of the week it will be used on."""

FIRST_WEEKS: Final = 28
"""Days of history before the earliest training cut."""

MOST_ROWS: Final = 100_000
"""Customers times cuts times spans fitted on, at most."""

OFF: Final = 0.05
"""How far the share of windows that held may lie from what was said, beyond chance."""

FEWEST_WAITS: Final = 30
"""Fewer orders than this in the trial say nothing about windows."""


def fit_next_order(
    accumulated: Accumulated, bought: pl.DataFrame, *, cut: date, history_from: date
) -> NextOrderModel:
    """The windows as of `cut`, with their back-test. Arguments as in `fit.fit_ordering`. Raises TooFew below 30 customers.

    The longest wait foreseen is a third of the history, at most a year: two thirds to learn from, one to be tried on.
    """
    past = Past(accumulated, bought, history_from)
    past.enough(cut)
    longest = max(7, (cut - history_from).days // 3)
    edges = tuple(edge for edge in EDGES if edge <= longest)
    model = _fit(past, cut, edges)
    before = cut - timedelta(edges[-1])
    if model.base is None or len(past.at(before)) < FEWEST:
        return model
    return model.with_backtests(_try_out(_fit(past, before, edges), past.at(before)))


def _fit(past: Past, cut: date, edges: tuple[int, ...]) -> NextOrderModel:
    now = past.at(cut)
    rhythm, repeat = read_rhythm(now.inputs), fit_repeat(now)
    looks = [days for days in LOOKS_BACK if cut - timedelta(days + FIRST_WEEKS) >= past.history_from]
    looks = [days for days in looks if len(past.at(cut - timedelta(days))) > 0]
    empty: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
    model = NextOrderModel(cut, edges, rhythm, repeat, None, empty, (), len(now), ())
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


def _try_out(model: NextOrderModel, seen: Seen) -> tuple[Backtest, ...]:
    """Did as many orders fall into their windows as was said? Everybody's wait is known: the trial is as long as the longest."""
    arrived = model.arrived(seen.inputs)
    first, last, likely, said = model.windows_of(arrived)
    came = seen.wait < model.within
    if came.sum() < FEWEST_WAITS:
        return ()
    held = (seen.wait >= first) & (seen.wait <= last)
    often = came & (seen.inputs["days"] >= 3)
    off = np.abs(likely - seen.wait)[often] if often.any() else np.zeros(1)
    usual = np.maximum(0.0, own_gap(seen.inputs, model.rhythm) - seen.inputs["since"])
    usual_off = np.abs(usual - seen.wait)[often] if often.any() else np.zeros(1)
    difference = float(held.mean() - said.mean())
    passed, verdict = _verdict(held.astype(np.float64), said, difference)
    return (
        Backtest(
            task="next_order",
            model="hazard",
            cut=seen.cut,
            horizon_days=model.within,
            people=len(seen),
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
                ("held_of_comers", float(held[came].mean())),
                ("median_window_days", float(np.median(last - first + 1))),
                ("mean_error_days", float(off.mean())),
                ("median_error_days", float(np.median(off))),
                ("usual_gap_mean_error_days", float(usual_off.mean())),
            ),
        ),
    )


def _verdict(held: Floats, said: Floats, difference: float) -> tuple[bool, str]:
    chance = 1.96 * sqrt(float((said * (1 - said)).sum())) / len(said)
    if abs(difference) > OFF + chance:
        how = "少なかった" if difference < 0 else "多かった"
        return False, f"見込みの期間に入ったご注文が、見積もりより{how}ため、表示していません"
    share = round(100 * float(held.mean()))
    return (
        True,
        f"過去で確かめたところ、見積もり{round(100 * float(said.mean()))}%に対して実際は{share}%でした",
    )
