"""Which rank has a customer earned, and how much is missing to the next?"""

from dataclasses import dataclass

from agent.domain.chart import RankProgress

RANK_JA = {"regular": "レギュラー", "silver": "シルバー", "vip": "VIP"}
"""How staff read each rank."""


@dataclass(frozen=True, slots=True)
class RankSteps:
    """Net revenue in yen, over all time, from which a rank holds. silver < vip. Source: docs/adr/0003-segments-and-ranks.md."""

    silver_yen: int = 30_000
    vip_yen: int = 100_000


def rank_of(net_yen: int, steps: RankSteps) -> RankProgress:
    """The rank of a net revenue, the next one, and the yen still missing (None at the top)."""
    if net_yen >= steps.vip_yen:
        return RankProgress(name="vip", next=None, yen_to_next=None)
    if net_yen >= steps.silver_yen:
        return RankProgress(name="silver", next="vip", yen_to_next=steps.vip_yen - net_yen)
    return RankProgress(name="regular", next="silver", yen_to_next=steps.silver_yen - net_yen)
