"""Which rank has a customer earned, and how much is missing to the next?"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, isfinite

import numpy as np
from numpy.typing import NDArray

from agent.domain.chart import RankProgress

RANK_JA = {"regular": "レギュラー", "silver": "シルバー", "vip": "VIP"}
"""How staff read each rank, unless the shop gave it a name of its own."""

RANK_CODES = ("regular", "silver", "vip")
"""Lowest first; a column of ranks counts in this order."""


@dataclass(frozen=True, slots=True)
class RankSteps:
    """From how many points a rank holds, and what earns points. One yen of net revenue over all time is `per_yen` points.

    silver_yen < vip_yen: points, worth a yen of purchases each while per_yen is 1.    per_yen: > 0.    review_yen, referral_yen:
    points for each review written and each friend brought, >= 0.    expected_share: points for each yen expected within the LTV's
    horizon, 0 to 1.    regular_name …: what the shop calls each rank. Source: docs/adr/0010-ranks.md.
    """

    silver_yen: int = 30_000
    vip_yen: int = 100_000
    per_yen: float = 1.0
    review_yen: int = 500
    referral_yen: int = 3_000
    expected_share: float = 0.1
    regular_name: str = RANK_JA["regular"]
    silver_name: str = RANK_JA["silver"]
    vip_name: str = RANK_JA["vip"]

    @property
    def names(self) -> Mapping[str, str]:
        """What staff read for each rank code."""
        return {"regular": self.regular_name, "silver": self.silver_name, "vip": self.vip_name}


@dataclass(frozen=True, slots=True)
class RankColumns:
    """Ranks of many customers. level: index into RANK_CODES; yen_to_next: 0 at the top. Both int64 of shape (customers,)."""

    level: NDArray[np.int64]
    yen_to_next: NDArray[np.int64]


def rank_of(
    net_yen: int, steps: RankSteps, *, reviews: int = 0, referrals: int = 0, expected_yen: float | None = None
) -> RankProgress:
    """The rank of what a customer brought, the next one, and the yen of further purchases that would reach it (None at the top).

    expected_yen: the LTV's point, None when unknown. yen_to_next holds the rest still: no further review, the same expectation.
    """
    points = _points(net_yen, steps, reviews, referrals, expected_yen)
    if points >= steps.vip_yen:
        return RankProgress(name="vip", next=None, yen_to_next=None)
    if points >= steps.silver_yen:
        return RankProgress("silver", "vip", _missing(steps.vip_yen - points, steps))
    return RankProgress("regular", "silver", _missing(steps.silver_yen - points, steps))


def ranks_of(
    net_yen: NDArray[np.int64],
    steps: RankSteps,
    *,
    reviews: NDArray[np.int64] | int = 0,
    referrals: NDArray[np.int64] | int = 0,
    expected_yen: NDArray[np.float64] | float = 0.0,
) -> RankColumns:
    """`rank_of` for many customers at once, in whole points. Shapes (customers,) or single numbers; NaN expectations count as 0."""
    expected = np.asarray(expected_yen, dtype=np.float64)
    expected = np.where(np.isfinite(expected), np.maximum(expected, 0.0), 0.0)
    points = (
        np.asarray(net_yen, dtype=np.float64) * steps.per_yen
        + np.maximum(reviews, 0) * float(steps.review_yen)
        + np.maximum(referrals, 0) * float(steps.referral_yen)
        + np.floor(np.rint(expected) * steps.expected_share + CENT)
    )
    level = (points + CENT >= steps.silver_yen).astype(np.int64) + (points + CENT >= steps.vip_yen)
    goal = np.where(level == 0, steps.silver_yen, steps.vip_yen)
    missing = np.ceil((goal - points) / steps.per_yen - CENT)
    return RankColumns(level, np.where(level == 2, 0, np.maximum(missing, 1)).astype(np.int64))


def rank_sentence(progress: RankProgress, steps: RankSteps) -> str:
    """The rank's progress as staff would say it: 「あと3,200円でシルバー」."""
    if progress.next is None or progress.yen_to_next is None:
        return f"いちばん上の{steps.names[progress.name]}です"
    return f"あと{progress.yen_to_next:,}円で{steps.names[progress.next]}"


def rank_reason(
    progress: RankProgress,
    steps: RankSteps,
    *,
    net_yen: int,
    reviews: int = 0,
    referrals: int = 0,
    expected_yen: float | None = None,
) -> str:
    """How the rank came about, naming only what counted."""
    counted = [f"これまでの合計{net_yen:,}円"]
    if reviews > 0 and steps.review_yen:
        counted.append(f"クチコミ{reviews}件")
    if referrals > 0 and steps.referral_yen:
        counted.append(f"ご紹介{referrals}人")
    if _expected_points(expected_yen, steps):
        counted.append(f"これからの見込み{round(expected_yen or 0):,}円の{_part(steps)}")
    return f"{'、'.join(counted)}による{steps.names[progress.name]}です。{rank_sentence(progress, steps)}。"


def _part(steps: RankSteps) -> str:
    """How much of an expectation counts, as people say it: 1割, 15%, 全部."""
    percent = _exact(steps.expected_share) * 100
    if percent == 100:
        return "全部"
    return f"{int(percent / 10)}割" if percent % 10 == 0 else f"{float(percent):g}%"


CENT = 1e-6
"""Slack against binary fractions when columns round to whole yen; a single rank uses exact fractions."""


def _points(
    net_yen: int, steps: RankSteps, reviews: int, referrals: int, expected_yen: float | None
) -> Fraction:
    contribution = max(0, reviews) * steps.review_yen + max(0, referrals) * steps.referral_yen
    return net_yen * _exact(steps.per_yen) + contribution + _expected_points(expected_yen, steps)


def _expected_points(expected_yen: float | None, steps: RankSteps) -> int:
    """Whole points, rounded down: an expectation is never rounded up into a rank."""
    if expected_yen is None or not isfinite(expected_yen) or expected_yen <= 0:
        return 0
    return int(round(expected_yen) * _exact(steps.expected_share))


def _missing(points: Fraction, steps: RankSteps) -> int:
    return ceil(points / _exact(steps.per_yen))


def _exact(weight: float) -> Fraction:
    """The weight as the shop wrote it: 0.1 is a tenth, not the nearest binary fraction."""
    return Fraction(str(weight))
