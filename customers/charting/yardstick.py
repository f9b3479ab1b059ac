"""What is usual in this shop on a day: its repeat gap, and the scale that R, F and M are read on?"""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from agent.domain.history import OrderTally
from agent.ports import History
from customers.charting.rfm import FEW_CUSTOMERS, FixedSteps, Ints, Quintiles, Scale, cut_points

DEFAULT_GAP_DAYS = 60
"""The usual gap of a shop that has too few repeat buyers to show one. A judgement, not a measurement; ADR 0003."""

ENOUGH_REPEATERS = 5
"""Repeat buyers needed before their median gap replaces the default."""

SHORTEST_GAP_DAYS = 7
"""A usual gap below a week would call people silent after a fortnight's holiday."""


@dataclass(frozen=True, slots=True)
class Yardstick:
    """A shop's own measures at the end of `as_of`.

    buyers: customers with a revenue order.    repeaters: those who bought on two days or more.    usual_gap_days: median over
    repeaters of their own average gap, at least a week; the default when `gap_measured` is False.
    """

    as_of: date
    buyers: int
    repeaters: int
    usual_gap_days: int
    gap_measured: bool
    scale: Scale


def measure_shop(history: History, *, as_of: date) -> Yardstick:
    """Read every buyer's numbers once (32 bytes a buyer are kept meanwhile) and derive the shop's measures."""
    numbers = _collect(history.tallies(until=as_of), as_of)
    return yardstick_of(
        as_of=as_of,
        recency_days=-np.asarray(numbers.recency, dtype=np.int64),
        orders=np.asarray(numbers.orders, dtype=np.int64),
        net_yen=np.asarray(numbers.net_yen, dtype=np.int64),
        gaps=np.asarray(numbers.gaps, dtype=np.float64),
        order_values=lambda: list(history.order_values(until=as_of)),
    )


def yardstick_of(
    *,
    as_of: date,
    recency_days: Ints,
    orders: Ints,
    net_yen: Ints,
    gaps: npt.NDArray[np.float64],
    order_values: Callable[[], Sequence[int]],
) -> Yardstick:
    """The shop's measures from columns over its buyers; gaps: over repeaters, days between their purchase days on average.

    order_values: the net yen of every order, asked for only in a shop of few buyers.
    """
    gap, measured = _usual_gap(gaps)
    scale: Scale
    if len(orders) < FEW_CUSTOMERS:
        values = order_values()
        typical = max(1, round(float(np.median(values)))) if len(values) else 1
        scale = FixedSteps(usual_gap_days=gap, typical_order_yen=typical)
    else:
        scale = Quintiles(
            recency=cut_points(-recency_days), frequency=cut_points(orders), monetary=cut_points(net_yen)
        )
    return Yardstick(as_of, len(orders), len(gaps), gap, measured, scale)


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Columns over buyers; gaps only over repeaters."""

    recency: "array[int]"
    orders: "array[int]"
    net_yen: "array[int]"
    gaps: "array[float]"


def _collect(tallies: Iterable[OrderTally], as_of: date) -> _Numbers:
    numbers = _Numbers(array("q"), array("q"), array("q"), array("d"))
    for tally in tallies:
        numbers.recency.append((tally.last_on - as_of).days)
        numbers.orders.append(tally.orders)
        numbers.net_yen.append(tally.net_yen)
        if tally.days > 1:  # a second order on the same day says nothing about coming back
            numbers.gaps.append((tally.last_on - tally.first_on).days / (tally.days - 1))
    return numbers


def _usual_gap(gaps: npt.NDArray[np.float64]) -> tuple[int, bool]:
    if len(gaps) < ENOUGH_REPEATERS:
        return DEFAULT_GAP_DAYS, False
    return max(SHORTEST_GAP_DAYS, round(float(np.median(gaps)))), True
