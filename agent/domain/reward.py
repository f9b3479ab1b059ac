"""What a message may give: chosen by a policy, phrased by a writer, never decided by a model."""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from agent.domain.message import Offer


class RewardKind(StrEnum):
    """From nothing to money: a discount is the last tool, not the first."""

    NONE = "none"
    STORY = "story"
    EXPERIENCE = "experience"
    EARLY_ACCESS = "early_access"
    POINTS = "points"
    COUPON = "coupon"


REWARD_JA = {
    RewardKind.NONE: "なし",
    RewardKind.STORY: "お店の話",
    RewardKind.EXPERIENCE: "体験へのご招待",
    RewardKind.EARLY_ACCESS: "先行案内",
    RewardKind.POINTS: "ポイント",
    RewardKind.COUPON: "クーポン",
}
"""How staff read each kind."""

MONEY = frozenset({RewardKind.POINTS, RewardKind.COUPON})
"""Kinds that cost the shop yen."""

COUPON = "⟦COUPON⟧"
"""What stands for a code wherever a model reads or writes; the code itself is filled in here."""


@dataclass(frozen=True, slots=True)
class Reward:
    """What this person gets with this message.

    why: the policy's reason, one Japanese sentence for staff.    says: Japanese sentences a writer may rest on, each true and
    complete (what, for whom, until when, under which condition); empty for NONE.    offer: the same for the gate, None where
    nothing of worth is promised.    cost_yen: what it costs the shop at most, tax included.    campaign: which entry of the
    policy granted it; empty for NONE.
    """

    kind: RewardKind
    why: str
    says: tuple[str, ...] = ()
    offer: Offer | None = None
    cost_yen: int = 0
    campaign: str = ""

    @property
    def code(self) -> str | None:
        """The coupon code the customer types in; None where there is none."""
        return self.offer.code if self.offer else None

    @property
    def expires(self) -> date | None:
        """The last day it can be used."""
        return self.offer.expires if self.offer else None

    @property
    def says_slotted(self) -> tuple[str, ...]:
        """The same sentences with ⟦COUPON⟧ for the code: all that a model may see."""
        return tuple(text.replace(self.code, COUPON) for text in self.says) if self.code else self.says

    def with_code(self, code: str) -> "Reward":
        """The same reward under another code of its pool. Only for a reward that has a code."""
        if self.offer is None or self.code is None:
            return self
        says = tuple(text.replace(self.code, code) for text in self.says)
        return replace(self, says=says, offer=replace(self.offer, code=code))

    def document(self) -> dict[str, object]:
        """Plain JSON values: what a draft keeps of it and the command line prints."""
        offer = self.offer
        return {
            "kind": self.kind.value,
            "why": self.why,
            "says": list(self.says),
            "type": offer.type if offer else None,
            "value": offer.value if offer else None,
            "code": offer.code if offer else None,
            "expires": offer.expires.isoformat() if offer and offer.expires else None,
            "conditions": offer.conditions if offer else None,
            "cost_yen": self.cost_yen,
            "campaign": self.campaign,
        }


def reward_from(document: dict[str, Any] | None) -> Reward:
    """The inverse of `Reward.document`; NO_REWARD for None."""
    if not document:
        return NO_REWARD
    offer = None
    if document.get("type"):
        until = document.get("expires")
        offer = Offer(
            type=document["type"],
            code=document.get("code"),
            value=document.get("value"),
            expires=date.fromisoformat(until) if until else None,
            conditions=document.get("conditions"),
        )
    return Reward(
        kind=RewardKind(document["kind"]),
        why=document.get("why") or "",
        says=tuple(document.get("says") or ()),
        offer=offer,
        cost_yen=int(document.get("cost_yen") or 0),
        campaign=document.get("campaign") or "",
    )


REWARD_FACT = "reward:granted"
"""The fact id under which what a reward says joins a message's facts."""
NO_REWARD = Reward(RewardKind.NONE, "")
