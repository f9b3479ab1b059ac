"""What did a campaign with a randomised hold-out show on the whole?"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from agent.domain.prediction import Uplift

PEOPLE_NEEDED = 200
"""People in each arm. Below, even a gain of ten points drowns in chance: its 95 % interval is wider than that."""

ORDERS_NEEDED = 20
"""People who ordered, and people who did not, in each arm: about ten events for each of the two or three traits that matter."""

Z95, Z80 = 1.959964, 1.281552

WHAT_THIS_IS = "お便りの効果は、お便りしなかった方との比較で実測した数字です。セールの利用傾向や離反の見込みとは別のものです。"
"""Shown beside every uplift, so that nobody reads one of the three for another."""


@dataclass(frozen=True, slots=True)
class Trial:
    """People of one campaign, split at random before anyone was written to.

    features: shape (people, traits), known before the split, NaN allowed.    treated: written to; ordered: at least one order within
    horizon_days of the split. Both shape (people,). People count by the arm they were drawn into, whether or not the message arrived.
    """

    features: NDArray[np.float64]
    treated: NDArray[np.bool_]
    ordered: NDArray[np.bool_]
    horizon_days: int


@dataclass(frozen=True, slots=True)
class AverageEffect:
    """P(order | written to) - P(order | held out), with its 95 % interval and standard error."""

    point: float
    low: float
    high: float
    error: float
    treated_people: int
    held_out_people: int
    horizon_days: int

    @property
    def detected(self) -> bool:
        """True when the interval leaves out 0."""
        return self.low > 0 or self.high < 0

    @property
    def text(self) -> str:
        """The finding said aloud."""
        people = f"お便りした{self.treated_people:,}人と、しなかった{self.held_out_people:,}人の比較"
        if not self.detected:
            return f"お便りの有無でご注文の割合に差は確かめられませんでした（{people}）"
        way = "上がりました" if self.point > 0 else "下がりました"
        span = f"95%の幅で{self.low * 100:+.1f}〜{self.high * 100:+.1f}ポイント"
        return f"お便りでご注文の割合が{abs(self.point) * 100:.1f}ポイント{way}（{people}、{span}）"


def why_not(trial: Trial) -> str | None:
    """The Japanese reason why nothing can be measured yet; None when it can."""
    if not len(trial.treated):
        return "送らない人を無作為に決めた配信がまだないため、送信の効果は測れません。"
    for arm, name in ((trial.treated, "お便りした方"), (~trial.treated, "お便りしなかった方")):
        people, came = int(arm.sum()), int((arm & trial.ordered).sum())
        if people < PEOPLE_NEEDED:
            return f"{name}が{people}人のため、送信の効果はまだ測れません（{PEOPLE_NEEDED}人から）。"
        if min(came, people - came) < ORDERS_NEEDED:
            return (
                f"{name}{people:,}人のうちご注文は{came}人でした。"
                f"ご注文のあった方となかった方がそれぞれ{ORDERS_NEEDED}人になるまで、送信の効果は測れません。"
            )
    return None


def average_effect(trial: Trial) -> AverageEffect:
    """The difference of shares. Interval: Agresti and Caffo (2000), one success and one failure added to each arm."""
    shares, variance = [], 0.0
    for arm in (trial.treated, ~trial.treated):
        people, came = int(arm.sum()), int((arm & trial.ordered).sum())
        drawn = (came + 1) / (people + 2)
        shares.append((came / people if people else 0.0, drawn))
        variance += drawn * (1 - drawn) / (people + 2)
    middle, error = shares[0][1] - shares[1][1], float(np.sqrt(variance))
    return AverageEffect(
        point=shares[0][0] - shares[1][0],
        low=max(-1.0, middle - Z95 * error),
        high=min(1.0, middle + Z95 * error),
        error=error,
        treated_people=int(trial.treated.sum()),
        held_out_people=int((~trial.treated).sum()),
        horizon_days=trial.horizon_days,
    )


def uplift_text(uplift: Uplift) -> str:
    """One customer's uplift said aloud, with its interval."""
    points, low, high = (value * 100 for value in (uplift.point, uplift.low, uplift.high))
    span = f"80%の幅で{low:+.1f}〜{high:+.1f}ポイント、{uplift.campaign_people:,}人の実測から"
    if uplift.low <= 0 <= uplift.high:
        return f"お便りで{uplift.horizon_days}日以内のご注文が増えるかどうかは、はっきりしません（{span}）"
    way = "上がる" if uplift.point > 0 else "下がる"
    return f"お便りで{uplift.horizon_days}日以内のご注文の見込みが{abs(points):.1f}ポイント{way}見通しです（{span}）"
