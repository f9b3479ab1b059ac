"""How is a shop's next-product model fitted, calibrated and judged on the shop's own past?"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import numpy as np
from numpy.typing import NDArray

from customers.backtest.metrics import log_loss
from customers.features.purchases import EPOCH, Purchases
from customers.next_products.judge_lists import judge_lists
from customers.next_products.model import NextProductsModel
from customers.next_products.past import WINDOWS, Past, Rows
from customers.next_products.scorer import Scorer, fit_calibrated, fit_scorer
from customers.next_products.traits import FRESH_CROSSED, OWN_CROSSED

ENOUGH: Final = 2_000
"""Purchases in the latest month from which it is learnt from alone: older ones then only blur its level (measured on grocery data:
calibration and ranking of the month after were the same or better at each of four cuts)."""

FEW: Final = 30
"""Customers below which staff are told how little the probabilities rest on."""

TELLING: Final = 500
"""Judged pairs bought at least twice from which one horizon can tell a calibration error of 5 points (their share is then known to 2).
With fewer, up to WINDOWS horizons are tried out one after the other, each by what came before it: alone, a small shop's season passes
for a fault of the model, or hides one."""

THIN: Final = 2
"""A large past is tried out on every other row: enough to tell forms apart."""

CHOOSING: Final = 0.5
"""Share of people on whom the form is chosen; the others judge it."""

_FORMS: Final = (
    ("base rate", np.inf, False),
    ("linear", 10.0, False),
    ("crossed", 10.0, True),
    ("crossed, firm", 100.0, True),
)


def fit_next_products(
    purchases: Purchases,
    *,
    cut: date,
    within_days: int,
    titles: Mapping[str, str] | None = None,
    supply_days: Mapping[str, float] | None = None,
    seed: int = 0,
) -> NextProductsModel:
    """Fit on what was bought strictly before `cut`; nothing later is looked at.

    within_days: the horizon, >= 1.    titles: sku → name for staff; the sku itself where missing.    supply_days: sku → days
    one piece lasts; see `customers.next_products.supply`.
    Learns from up to WINDOWS past horizons that end at the cut; the form of each scorer is chosen by log-loss on the latest one, on
    half of the people, and judged on the other half. Where the past holds fewer than two horizons a shorter one is learnt.
    """
    within_days = max(int(within_days), 1)
    rng = np.random.default_rng(seed)
    past = Past(purchases, (cut - EPOCH).days, within_days, supply_days or {}, rng)
    model = NextProductsModel(
        cut=cut,
        within_days=within_days,
        fitted_days=past.days,
        skus=past.skus,
        titles=tuple((titles or {}).get(sku) or sku for sku in past.skus),
        supply=tuple(past.supply.items()),
        products=past.products(0),
        own=_PRIOR_OWN,
        fresh=_PRIOR_FRESH,
        backtest=None,
        note=_note(past, within_days),
    )
    trial = _try_out(model, past, rng)
    if trial is None:
        return model
    trials = [trial]
    while sum(each.repeats for each in trials) < TELLING and len(trials) < WINDOWS:
        before = Past(purchases, past.cut(len(trials)), within_days, supply_days or {}, rng)
        earlier = _try_out(model, before, rng) if before.days == past.days and before.windows > 1 else None
        if earlier is None:
            break
        trials.append(earlier)
    return replace(
        model,
        own=_learn(trial.own, trial.own_form, past.cover, OWN_CROSSED),
        fresh=_learn(trial.fresh, trial.fresh_form, past.cover, FRESH_CROSSED),
        backtest=judge_lists([(each.tested, each.past, each.judges) for each in trials]),
    )


@dataclass(frozen=True, slots=True)
class _Trial:
    """The whole method tried on the last horizon of a past. tested: learnt from what came before it.    judges: the people it was not
    set on.    repeats: pairs of theirs bought at least twice.    own, fresh: pairs of all horizons, latest first, and the forms chosen.
    """

    tested: NextProductsModel
    past: Past
    judges: NDArray[np.bool_]
    repeats: int
    own: list[Rows]
    fresh: list[Rows]
    own_form: str
    fresh_form: str


def _try_out(model: NextProductsModel, past: Past, rng: np.random.Generator) -> _Trial | None:
    """None where the past holds no horizon to try it on."""
    own: list[Rows] = []
    fresh: list[Rows] = []
    for back in range(1, past.windows + 1):
        own.append(past.own_rows(back))
        fresh.append(past.fresh_rows(back))
        if back > past.cover and sum(rows.happened.sum() for rows in own[1:]) >= ENOUGH:
            break
    if not own:
        return None
    lot = rng.random(len(past.people))
    own_form, own_test = _choose(own, lot, past.cover, OWN_CROSSED)
    fresh_form, fresh_test = _choose(fresh, lot, past.cover, FRESH_CROSSED)
    tested = replace(
        model,
        cut=EPOCH + timedelta(days=past.cut(1)),
        within_days=past.days,
        products=past.products(1),
        own=own_test,
        fresh=fresh_test,
    )
    seen, judges = past.seen(1), lot >= CHOOSING
    repeats = int(((seen.times >= 2) & judges[seen.person]).sum())
    return _Trial(tested, past, judges, repeats, own, fresh, own_form, fresh_form)


def _choose(windows: list[Rows], lot: NDArray[np.float64], cover: int, crossed: int) -> tuple[str, Scorer]:
    """The form with the least log-loss on the latest window, on people drawn by lot, learnt from the windows before it.

    Where there is only one, learnt from the first half of those people and tried on the second.
    """
    late = windows[0].of(lot < CHOOSING)
    early = windows[1:]
    if not early:
        early, late = (
            [windows[0].of(lot < CHOOSING / 2)],
            windows[0].of((lot >= CHOOSING / 2) & (lot < CHOOSING)),
        )
    early = [rows.every(THIN) if len(rows.whose) > THIN * ENOUGH else rows for rows in early]
    best: tuple[float, str, Scorer] | None = None
    for name, _, _ in _FORMS:
        scorer = _learn(early, name, cover, crossed)
        loss = log_loss(late.happened, scorer.calibrated(scorer.raw(late.traits)))
        if best is None or (loss is not None and loss < best[0]):
            best = (np.inf if loss is None else loss, name, scorer)
    assert best is not None  # noqa: S101 - there are forms
    return best[1], best[2]


def _learn(windows: list[Rows], form: str, cover: int, crossed: int) -> Scorer:
    """A form learnt from the latest windows where those say enough, from all of them otherwise."""
    penalty, crosses = next((penalty, crosses) for name, penalty, crosses in _FORMS if name == form)
    rows = _joined(windows[:cover])
    if rows.happened.sum() < ENOUGH:
        rows = _joined(windows)
    return fit_calibrated(
        rows.traits, rows.happened, rows.whose, crossed=crossed if crosses else 0, penalty=penalty
    )


def _joined(windows: list[Rows]) -> Rows:
    return Rows(
        np.concatenate([rows.traits for rows in windows]),
        np.concatenate([rows.happened for rows in windows]),
        np.concatenate([rows.whose for rows in windows]),
    )


def _note(past: Past, within_days: int) -> str | None:
    people = int((past.seen(0).days > 0).sum())
    if not people:
        return "この日より前の購入がないため、まだ予測できません。"
    if not past.windows:
        return "購入の記録がまだ数日分のため、確率は控えめな目安です。"
    if past.days < within_days:
        return f"購入の記録が{past.held}日分のため、{past.days}日間の実績をもとに{within_days}日間の確率を見積もっています。"
    if people < FEW:
        return f"お客さまが{people}名のため、確率は平均に寄せた目安です。"
    return None


def _constant(rate: float, traits: int) -> Scorer:
    return replace(
        fit_scorer(np.zeros((0, traits), np.float32), np.zeros(0, bool), crossed=0, penalty=np.inf),
        intercept=float(np.log(rate / (1 - rate))),
    )


_PRIOR_OWN: Final = _constant(0.05, 25)
_PRIOR_FRESH: Final = _constant(0.01, 17)
