"""What do the answers to "would you recommend us" (0-10) say of the shop?

Source of the groups and of the score: Reichheld, The One Number You Need to Grow, Harvard Business Review 81(12), 2003.
"""

from collections.abc import Mapping
from dataclasses import dataclass

PROMOTER, PASSIVE = 9, 7
"""Least scores of promoters and of passives; below them are detractors."""

NPS_JA = {"promoter": "推奨者", "passive": "中立者", "detractor": "批判者"}
"""How staff read each kind."""


@dataclass(frozen=True, slots=True)
class NpsSummary:
    """The shop's answers, each customer's latest. score: share of promoters less that of detractors, in points from -100 to 100;
    None without answers.    counts: how many gave each score from 0 to 10."""

    promoters: int
    passives: int
    detractors: int
    score: float | None
    counts: tuple[int, ...]

    @property
    def answers(self) -> int:
        """How many customers answered."""
        return self.promoters + self.passives + self.detractors


def nps_kind(score: int) -> str:
    """promoter 9-10, passive 7-8, detractor 0-6."""
    return "promoter" if score >= PROMOTER else "passive" if score >= PASSIVE else "detractor"


def summarise(given: Mapping[int, int]) -> NpsSummary:
    """A shop's answers in numbers. given: how many people gave each score."""
    of = {"promoter": 0, "passive": 0, "detractor": 0}
    for score, people in given.items():
        of[nps_kind(score)] += people
    everybody = sum(of.values())
    points = 100 * (of["promoter"] - of["detractor"]) / everybody if everybody else None
    counts = tuple(given.get(score, 0) for score in range(11))
    return NpsSummary(of["promoter"], of["passive"], of["detractor"], points, counts)
