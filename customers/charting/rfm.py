"""How recent, frequent and valuable is a customer, compared with the shop's others?"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Protocol

from agent.domain.chart import Rfm

FEW_CUSTOMERS = 50
"""Below this many buyers a fifth is fewer than ten people and moves with every order; fixed steps are steadier. ADR 0003."""

HIGH = 4
"""A score from here on counts as high."""


class Scale(Protocol):
    """Turns a customer's numbers into scores."""

    def score(self, *, recency_days: int, orders: int, net_yen: int) -> Rfm:
        """Scores 1 (low) to 5 (high)."""
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


def cut_points(values: Sequence[int]) -> tuple[int, ...]:
    """The values one must exceed to have one, two, three or four fifths of `values` strictly below. values: not empty.

    >>> cut_points([1, 1, 1, 2, 9])
    (1, 1, 1, 2)
    """
    ordered = sorted(values)
    return tuple(ordered[ceil(fifths * len(ordered) / 5) - 1] for fifths in (1, 2, 3, 4))


def _exceeded(value: int, cuts: tuple[int, ...]) -> int:
    return 1 + sum(value > cut for cut in cuts)


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
