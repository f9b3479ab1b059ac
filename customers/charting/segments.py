"""Which segment is a customer in?

The rules are the contract's, first match wins, with every bound in the shop's usual repeat gap G (docs/adr/0003-segments-and-ranks.md):

    none         no revenue order
    new          one order, at most 1 G ago
    loyal        R, F and M high, last order at most 2 G ago
    nurture      last order at most 2 G ago
    at_risk      F or M high, more than 2 G and at most 4 G ago
    dormant      F or M high, more than 4 G ago
    lapsed_once  one order, more than 2 G ago
    low          everybody else: several orders, neither F nor M high, more than 2 G ago
"""

import numpy as np
import numpy.typing as npt

from agent.domain.chart import Rfm, Segment
from customers.charting.rfm import HIGH, Ints


def segment_of(*, orders: int, recency_days: int, rfm: Rfm, usual_gap_days: int) -> Segment:
    """The segment of somebody with at least one revenue order. recency_days: since the last one, >= 0."""
    recent = recency_days <= 2 * usual_gap_days
    valued = rfm.f >= HIGH or rfm.m >= HIGH
    if orders == 1 and recency_days <= usual_gap_days:
        return Segment.NEW
    if recent:
        return Segment.LOYAL if min(rfm.r, rfm.f, rfm.m) >= HIGH else Segment.NURTURE
    if valued:
        return Segment.AT_RISK if recency_days <= 4 * usual_gap_days else Segment.DORMANT
    return Segment.LAPSED_ONCE if orders == 1 else Segment.LOW


def segments_of(
    *, orders: Ints, recency_days: Ints, rfm: tuple[Ints, Ints, Ints], usual_gap_days: int
) -> npt.NDArray[np.str_]:
    """The segment codes of many customers, `none` for those without an order; shapes (customers,)."""
    r, f, m = rfm
    valued = (f >= HIGH) | (m >= HIGH)
    recent = recency_days <= 2 * usual_gap_days
    return np.select(
        [
            orders == 0,
            (orders == 1) & (recency_days <= usual_gap_days),
            recent & (r >= HIGH) & (f >= HIGH) & (m >= HIGH),
            recent,
            valued & (recency_days <= 4 * usual_gap_days),
            valued,
            orders == 1,
        ],
        [
            Segment.NONE.value,
            Segment.NEW.value,
            Segment.LOYAL.value,
            Segment.NURTURE.value,
            Segment.AT_RISK.value,
            Segment.DORMANT.value,
            Segment.LAPSED_ONCE.value,
        ],
        default=Segment.LOW.value,
    )
