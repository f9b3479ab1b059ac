"""Whom would the shop miss most?"""

from agent.domain.history import OrderTally

HALF_AFTER_GAPS = 4
"""Silence, in the shop's usual gaps, after which the same revenue counts half: where dormancy begins. ADR 0003."""


def preciousness(tally: OrderTally, *, recency_days: int, usual_gap_days: int) -> float:
    """Net revenue in yen, halved for every four usual gaps of silence: much and lately comes first."""
    return float(tally.net_yen * 0.5 ** (recency_days / (HALF_AFTER_GAPS * usual_gap_days)))
