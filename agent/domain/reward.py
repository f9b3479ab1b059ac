"""What a message may give: chosen by a policy, phrased by a writer, never decided by a model."""

from dataclasses import dataclass
from enum import StrEnum

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


@dataclass(frozen=True, slots=True)
class Reward:
    """What this person gets with this message.

    why: the policy's reason, one Japanese sentence for staff.    says: Japanese sentences a writer may rest on, each true and
    complete (what, for whom, until when, under which condition); empty for NONE.    offer: the same for the gate, None where
    nothing of worth is promised.    cost_yen: what it costs the shop at most, tax included.
    """

    kind: RewardKind
    why: str
    says: tuple[str, ...] = ()
    offer: Offer | None = None
    cost_yen: int = 0


REWARD_FACT = "reward:granted"
"""The fact id under which what a reward says joins a message's facts."""
NO_REWARD = Reward(RewardKind.NONE, "")
