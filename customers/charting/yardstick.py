"""What is usual in this shop on a day: its repeat gap, and the scale that R, F and M are read on?"""

from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median

from agent.domain.history import OrderTally
from agent.ports import History
from customers.charting.rfm import FEW_CUSTOMERS, FixedSteps, Quintiles, Scale, cut_points

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
    gap, measured = _usual_gap(numbers.gaps)
    buyers = len(numbers.orders)
    scale: Scale
    if buyers < FEW_CUSTOMERS:
        values = list(history.order_values(until=as_of))
        scale = FixedSteps(
            usual_gap_days=gap, typical_order_yen=max(1, round(median(values))) if values else 1
        )
    else:
        scale = Quintiles(
            recency=cut_points(numbers.recency),
            frequency=cut_points(numbers.orders),
            monetary=cut_points(numbers.net_yen),
        )
    return Yardstick(as_of, buyers, len(numbers.gaps), gap, measured, scale)


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


def _usual_gap(gaps: "array[float]") -> tuple[int, bool]:
    if len(gaps) < ENOUGH_REPEATERS:
        return DEFAULT_GAP_DAYS, False
    return max(SHORTEST_GAP_DAYS, round(median(gaps))), True
