"""What would one message to this customer bring, in yen of margin?"""

from dataclasses import dataclass
from enum import IntEnum
from math import isfinite

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from agent.domain.prediction import Gain

PRIOR_DELTA = 0.2
"""What a message is assumed to add to the log-odds of an order while no hold-out has measured it. An assumption, and a cautious one:
odds up by 22 %, so 5.9 instead of 5 people of a hundred, 11.9 instead of 10, 54.9 instead of 50. Randomised trials of offers by
e-mail to known customers found clear gains (Sahni, Zou and Chintagunta, Management Science 63, 2017: 70 trials at one ticket seller),
but with discounts, and in another trade. The order of the list hardly depends on it, because for a small delta the gain is delta
p (1 - p) times the basket's margin; the yen do, in proportion."""

DEFAULT_MARGIN = 0.3
"""Share of a basket that is left after goods, postage and fees when the shop has not said. It scales the yen, not the order."""

DEFAULT_COST_YEN = 3
"""What a message costs to send (a LINE message of a small plan is about three yen); staff time is not in it."""

CERTAIN = 1e-6
"""Probabilities are kept this far from 0 and 1: nobody is beyond any word."""


class Why(IntEnum):
    """Why a customer has no gain; NONE where there is one."""

    NONE = 0
    NOT_CONTACTABLE = 1
    NO_CONSENT = 2
    NO_FORECAST = 3
    NO_BASKET = 4


WHY_JA = {
    Why.NOT_CONTACTABLE: "ご連絡しない、またはご連絡先のないお客さまのため、計算しません。",
    Why.NO_CONSENT: "配信への同意が確認できないため、計算しません。",
    Why.NO_FORECAST: "ご注文の見込みがまだ計算できないため、分かりません。",
    Why.NO_BASKET: "1回のお買い物の金額がまだ分からないため、計算できません。",
}


@dataclass(frozen=True, slots=True)
class Stakes:
    """What a message is worth to this shop. delta: log-odds it adds, >= 0.    margin: share of a basket, 0 to 1.    cost_yen >= 0."""

    delta: float = PRIOR_DELTA
    margin: float = DEFAULT_MARGIN
    cost_yen: float = DEFAULT_COST_YEN


@dataclass(frozen=True, slots=True)
class GainColumns:
    """Gains of many customers, shape (customers,). yen, p_without, p_with, basket_yen: NaN where `why` names a reason.

    source: `prior` or `hold_out`.
    """

    yen: NDArray[np.float64]
    p_without: NDArray[np.float64]
    p_with: NDArray[np.float64]
    basket_yen: NDArray[np.float64]
    why: NDArray[np.int64]
    source: str

    def one(self, at: int) -> tuple[Gain | None, str | None]:
        """The gain at a place, or its Japanese reason."""
        if self.why[at] != Why.NONE:
            return None, WHY_JA[Why(int(self.why[at]))]
        return Gain(
            yen=float(self.yen[at]),
            p_without=float(self.p_without[at]),
            p_with=float(self.p_with[at]),
            basket_yen=round(float(self.basket_yen[at])),
            source=self.source,
        ), None

    def order(self) -> NDArray[np.int64]:
        """Places by falling gain, equals as they stand; customers without a gain are left out."""
        some = np.flatnonzero(self.why == Why.NONE)
        return np.asarray(some[np.argsort(-self.yen[some], kind="stable")])


def gains(
    p_order: NDArray[np.float64],
    basket_yen: NDArray[np.float64],
    *,
    contactable: NDArray[np.bool_] | bool = True,
    consented: NDArray[np.bool_] | bool = True,
    stakes: Stakes | None = None,
    uplift: NDArray[np.float64] | None = None,
) -> GainColumns:
    """Expected margin of writing once: (p with - p without) * basket * margin - cost. Neither the certain nor the lost come first.

    p_order: probability of an order within the horizon without a word, NaN when unknown.    basket_yen: expected net value of an
    order.    contactable, consented: the latter only for a yes on a channel that reaches them.    uplift: measured differences of
    probability from a hold-out, used instead of delta (NaN: delta). All of shape (customers,).
    """
    stakes = stakes or Stakes()
    p, basket = np.asarray(p_order, dtype=np.float64), np.asarray(basket_yen, dtype=np.float64)
    p, basket = np.broadcast_arrays(p, basket)
    unknown_p, unknown_basket = ~np.isfinite(p), ~np.isfinite(basket) | (basket < 0)
    why = np.select(
        [
            ~np.broadcast_to(contactable, p.shape),
            ~np.broadcast_to(consented, p.shape),
            unknown_p,
            unknown_basket,
        ],
        [int(w) for w in (Why.NOT_CONTACTABLE, Why.NO_CONSENT, Why.NO_FORECAST, Why.NO_BASKET)],
        int(Why.NONE),
    )
    without = np.clip(np.where(unknown_p, 0.5, p), CERTAIN, 1 - CERTAIN)
    moved = np.maximum(expit(logit(without) + stakes.delta), without)
    if uplift is not None:
        moved = np.where(np.isfinite(uplift), np.clip(without + np.nan_to_num(uplift), 0, 1), moved)
    yen = (moved - without) * np.where(unknown_basket, 0.0, basket) * stakes.margin - stakes.cost_yen
    hide = why != Why.NONE
    yen, without, moved, basket = (np.where(hide, np.nan, column) for column in (yen, without, moved, basket))
    return GainColumns(yen, without, moved, basket, why=why, source="prior" if uplift is None else "hold_out")


def gain_text(gain: Gain) -> str:
    """A gain said aloud, with what it rests on."""
    before, after = (_percent(p) for p in (gain.p_without, gain.p_with))
    basis = (
        "実測した送信の効果による計算です"
        if gain.source == "hold_out"
        else "送信の効果は仮の値で、実測ではありません"
    )
    if not isfinite(gain.yen) or gain.yen <= 0:
        return f"お便りの費用に見合う上積みは見込めません（{basis}）。"
    return (
        f"お便り1通で見込める粗利の上積みはおよそ{gain.yen:,.0f}円。"
        f"ご注文の見込みが{before}から{after}になる計算です（{basis}）。"
    )


def _percent(p: float) -> str:
    return "1%未満" if p < 0.01 else "99%以上" if p > 0.99 else f"{p:.0%}"
