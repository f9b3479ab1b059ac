"""What do a customer's numbers amount to in this shop: recency, scores, segment?"""

from dataclasses import dataclass

from agent.domain.chart import Rfm, Segment
from agent.domain.history import OrderTally
from customers.charting.segments import segment_of
from customers.charting.yardstick import Yardstick


@dataclass(frozen=True, slots=True)
class Judged:
    """recency_days: calendar days in Asia/Tokyo since the last revenue order, the same day 0; None with rfm without one."""

    recency_days: int | None
    rfm: Rfm | None
    segment: Segment


def judge(tally: OrderTally | None, shop: Yardstick) -> Judged:
    """Read a customer's numbers on the shop's scale."""
    if tally is None:
        return Judged(None, None, Segment.NONE)
    days = (shop.as_of - tally.last_on).days
    rfm = shop.scale.score(recency_days=days, orders=tally.orders, net_yen=tally.net_yen)
    segment = segment_of(orders=tally.orders, recency_days=days, rfm=rfm, usual_gap_days=shop.usual_gap_days)
    return Judged(days, rfm, segment)


def average_gap(tally: OrderTally | None) -> float | None:
    """Mean calendar days between consecutive revenue orders, orders of one day included as 0; None below two orders."""
    if tally is None or tally.orders < 2:
        return None
    return (tally.last_on - tally.first_on).days / (tally.orders - 1)
