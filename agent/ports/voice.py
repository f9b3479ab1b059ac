"""Where a shop's guide, its house rules and the letters it approved are kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from agent.domain.house_rule import RuleStep
from agent.domain.message import MessageContext, WrittenMessage
from agent.domain.occasion import Channel, Occasion
from agent.domain.voice import ShopGuide

ReadGuide = Callable[[], ShopGuide]
"""Today's guide; NO_GUIDE without a file. Raises OperatorMustFix when the file cannot be understood."""


@dataclass(frozen=True, slots=True)
class KeptGuide:
    """A guide as it once stood."""

    number: int
    digest: str
    text: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LookedAt:
    """A text a person approved, beside the text they were offered: the same one when they changed nothing.

    by: who approved.    editor: who changed it, None for nobody.
    """

    draft_id: str
    by: str
    editor: str | None
    occasion: Occasion
    channel: Channel
    context: MessageContext
    offered: WrittenMessage
    approved: WrittenMessage


class VoiceStore(Protocol):
    """Guides and rules, appended and never overwritten; approved texts, read from what people decided."""

    def keep_guide(self, text: str, *, digest: str, by: str) -> bool:
        """Append a guide unless the newest is the same. True when it was new."""
        ...

    def guides(self, *, limit: int = 20) -> Sequence[KeptGuide]:
        """Newest first."""
        ...

    def rules(self) -> dict[str, RuleStep]:
        """The newest step of every rule by its id, in the order in which the rules were first proposed."""
        ...

    def rule_history(self, rule_id: str) -> Sequence[RuleStep]:
        """Every step of one rule, oldest first; empty for an unknown id."""
        ...

    def add_step(self, step: RuleStep) -> None:
        """Append a step, after those of every transaction that came before."""
        ...

    def lock(self) -> None:
        """Make other transactions that would add a step wait until this one ends."""
        ...

    def looked_at(self, *, limit: int = 1_000) -> Sequence[LookedAt]:
        """Texts that people approved, newest first."""
        ...

    def approved(self, occasion: Occasion, *, limit: int = 60) -> Sequence[LookedAt]:
        """The same of one occasion."""
        ...
