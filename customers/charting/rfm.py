"""How recent, frequent and valuable is a customer, compared with the shop's others?"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Protocol

import numpy as np
import numpy.typing as npt

from agent.domain.chart import Rfm

Ints = npt.NDArray[np.int64]

FEW_CUSTOMERS = 50
"""Below this many buyers a fifth is fewer than ten people and moves with every order; fixed steps are steadier. ADR 0003."""

HIGH = 4
"""A score from here on counts as high."""


class Scale(Protocol):
    """Turns a customer's numbers into scores."""

    def score(self, *, recency_days: int, orders: int, net_yen: int) -> Rfm:
        """Scores 1 (low) to 5 (high)."""
        ...

    def score_many(self, *, recency_days: Ints, orders: Ints, net_yen: Ints) -> tuple[Ints, Ints, Ints]:
        """The same of many customers: R, F and M, each of shape (customers,)."""
        ...


@dataclass(frozen=True, slots=True)
class Quintiles:
    """Scores by fifths of the shop's buyers. Each tuple: the four values one must exceed for 2, 3, 4 and 5.

    Equal numbers always get equal scores: a score is 1 plus the fifths of buyers who are strictly worse. So somebody with the
    shop's lowest order count is a 1 however many share it. recency is negated days: the later, the higher.
    """

    recency: tuple[int, ...]
    frequency: tuple[int, ...]
    monetary: tuple[int, ...]

    def score(self, *, recency_days: int, orders: int, net_yen: int) -> Rfm:
        """Scores 1 (low) to 5 (high)."""
        return Rfm(
            r=_exceeded(-recency_days, self.recency),
            f=_exceeded(orders, self.frequency),
            m=_exceeded(net_yen, self.monetary),
        )

    def score_many(self, *, recency_days: Ints, orders: Ints, net_yen: Ints) -> tuple[Ints, Ints, Ints]:
        """R, F and M of many customers."""
        return (
            _exceeded_many(-recency_days, self.recency),
            _exceeded_many(orders, self.frequency),
            _exceeded_many(net_yen, self.monetary),
        )


def cut_points(values: Sequence[int] | Ints) -> tuple[int, ...]:
    """The values one must exceed to have one, two, three or four fifths of `values` strictly below. values: not empty.

    >>> cut_points([1, 1, 1, 2, 9])
    (1, 1, 1, 2)
    """
    ordered = np.sort(np.asarray(values, dtype=np.int64))
    return tuple(int(ordered[ceil(fifths * len(ordered) / 5) - 1]) for fifths in (1, 2, 3, 4))


def _exceeded(value: int, cuts: tuple[int, ...]) -> int:
    return 1 + sum(value > cut for cut in cuts)


def _exceeded_many(values: Ints, cuts: tuple[int, ...]) -> Ints:
    return 1 + np.searchsorted(np.asarray(cuts), values, side="left").astype(np.int64)


@dataclass(frozen=True, slots=True)
class FixedSteps:
    """Scores by fixed steps, for a shop with few buyers. Source of the steps: docs/adr/0003-segments-and-ranks.md.

    usual_gap_days: the shop's usual repeat gap.    typical_order_yen: median net of its orders, >= 1.
    """

    usual_gap_days: int
    typical_order_yen: int

    def score(self, *, recency_days: int, orders: int, net_yen: int) -> Rfm:
        """Scores 1 (low) to 5 (high): R in usual gaps, F in orders, M in typical orders' worth."""
        return Rfm(
            r=5 - sum(2 * recency_days > step * self.usual_gap_days for step in (1, 2, 4, 8)),
            f=1 + sum(orders >= step for step in (2, 3, 4, 6)),
            m=1 + sum(2 * net_yen >= step * self.typical_order_yen for step in (2, 4, 6, 10)),
        )

    def score_many(self, *, recency_days: Ints, orders: Ints, net_yen: Ints) -> tuple[Ints, Ints, Ints]:
        """R, F and M of many customers."""
        gaps = np.asarray([step * self.usual_gap_days for step in (1, 2, 4, 8)])
        worth = np.asarray([step * self.typical_order_yen for step in (2, 4, 6, 10)])
        return (
            (5 - np.searchsorted(gaps, 2 * recency_days, side="left")).astype(np.int64),
            (1 + np.searchsorted(np.asarray([2, 3, 4, 6]), orders, side="right")).astype(np.int64),
            (1 + np.searchsorted(worth, 2 * net_yen, side="right")).astype(np.int64),
        )
