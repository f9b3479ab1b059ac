"""What a person's decision says about the text a machine wrote first: the shop's own labels."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from math import sqrt

from agent.domain.occasion import Channel, Occasion

ABOUT_THE_TEXT = frozenset({"facts", "tone", "law"})
"""Reject codes that blame the text. The others (timing, reward, duplicate, relation, other) say nothing about it."""
GRAVE = frozenset({"facts", "law"})
"""Reject codes after which nothing of that occasion may go unseen until it has been earned again."""
Z = 1.959964
"""97.5 % point of the normal distribution: 95 % two-sided."""


class Outcome(StrEnum):
    """What became of the first text."""

    AS_IS = "as_is"
    EDITED = "edited"
    REWRITTEN = "rewritten"
    REJECTED = "rejected"
    NEVER = "never"


OUTCOME_JA = {
    Outcome.AS_IS: "そのまま承認",
    Outcome.EDITED: "直して承認",
    Outcome.REWRITTEN: "書き直させて承認",
    Outcome.REJECTED: "却下",
    Outcome.NEVER: "この方には送らない",
}
"""How staff read an outcome."""


@dataclass(frozen=True, slots=True)
class Label:
    """One decided draft.

    author: who wrote the first text (`model:…` or `embedded`).    prompt_digest: of its prompt, None for none.
    fired: checks that blocked or asked for a look at the first text, by severity.    blocked: whether the gate held it.
    reason: the reject code.    by: who decided.    sampled: it would have gone by itself and was shown to a person instead.
    """

    draft_id: str
    occasion: Occasion
    channel: Channel
    author: str
    prompt_digest: str | None
    fired: tuple[str, ...]
    blocked: bool
    outcome: Outcome
    reason: str | None
    by: str
    decided_at: datetime
    sampled: bool = False

    @property
    def agrees(self) -> bool | None:
        """Whether gate and person said the same of the text; None when the person said nothing about it.

        A rewrite that was asked for and a change by hand both say that the first text would not do.
        """
        changed = self.outcome in (Outcome.EDITED, Outcome.REWRITTEN)
        blamed = changed or (self.outcome is Outcome.REJECTED and self.reason in ABOUT_THE_TEXT)
        if self.outcome is Outcome.AS_IS:
            return not self.blocked
        if blamed:
            return self.blocked
        if self.outcome is Outcome.REJECTED and self.blocked:
            return True
        return None

    @property
    def clean(self) -> bool:
        """Approved as the machine wrote it, with nothing found."""
        return self.outcome is Outcome.AS_IS and not self.blocked

    @property
    def grave(self) -> bool:
        """A person rejected for facts or law what the gate had let pass."""
        return not self.blocked and self.outcome is Outcome.REJECTED and self.reason in GRAVE


@dataclass(frozen=True, slots=True)
class Agreement:
    """How often gate and people agreed. share, low, high: with Wilson's 95 % interval; None without any label that tells."""

    agreed: int
    of: int
    share: float | None
    low: float | None
    high: float | None


def agreement(labels: Iterable[Label]) -> Agreement:
    """Over the labels that say something about the text."""
    told = [label.agrees for label in labels if label.agrees is not None]
    return agreement_of(sum(told), len(told))


def agreement_of(agreed: int, of: int) -> Agreement:
    """Wilson score interval without continuity correction (Wilson 1927)."""
    if of == 0:
        return Agreement(0, 0, None, None, None)
    share = agreed / of
    middle = (share + Z * Z / (2 * of)) / (1 + Z * Z / of)
    half = Z / (1 + Z * Z / of) * sqrt(share * (1 - share) / of + Z * Z / (4 * of * of))
    return Agreement(agreed, of, share, max(0.0, middle - half), min(1.0, middle + half))


def newest_first(labels: Iterable[Label]) -> Sequence[Label]:
    """In a stable order."""
    return sorted(labels, key=lambda label: (label.decided_at, label.draft_id), reverse=True)
