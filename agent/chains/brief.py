"""What a model is shown of one message's material: short ids instead of record ids, tokens instead of people."""

from collections.abc import Collection
from dataclasses import asdict, dataclass, field

from agent.chains.slots import Slot
from agent.domain.occasion_brief import OccasionBrief


@dataclass(frozen=True, slots=True)
class Sheet:
    """A piece of evidence as the model sees it. id: F1, F2 … for facts, P1, P2 … for passages.

    title: empty for facts.    always: shown to the writer whatever the plan chose, such as how many orders there were.
    slots: what may be said of it, each under the slot the model writes.
    """

    id: str
    text: str
    title: str = ""
    always: bool = False
    slots: tuple[Slot, ...] = ()

    def as_input(self) -> dict[str, object]:
        """What a prompt reads."""
        return {
            "id": self.id,
            "text": self.text,
            "title": self.title,
            "always": self.always,
            "slots": [{"mark": slot.mark, "words": slot.words} for slot in self.slots],
        }


@dataclass(frozen=True, slots=True)
class ExampleLetter:
    """A letter of this shop that a person approved, masked: an example of its voice, never a source."""

    subject: str
    middle: str


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything a prompt may show. All texts are masked already.

    occasion, channel: codes of the contract.    today: 2026年11月21日（土）.    season: a greeting that is true this month, or empty.
    may_name: whether ⟦NAME⟧ may be used.    told: gists of earlier messages.    instruct: a reviewer's words, or empty.
    task: the shop's instructions for the occasion.    guide, rules: how the shop speaks.    examples: at most two of its letters.
    reward: what the policy grants, complete sentences with ⟦COUPON⟧ for a code; empty for nothing.
    reward_optional: it promises nothing and may be left out, such as a story of the shop.
    """

    occasion: str
    channel: str
    today: str
    season: str
    may_name: bool
    facts: tuple[Sheet, ...]
    passages: tuple[Sheet, ...]
    told: tuple[str, ...]
    instruct: str
    task: OccasionBrief | None = None
    guide: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    examples: tuple[ExampleLetter, ...] = field(default=())
    reward: tuple[str, ...] = ()
    reward_optional: bool = False

    def outside_texts(self) -> list[str]:
        """Every text that came from records, products or people."""
        sheets = [*self.facts, *self.passages]
        return [
            *(s.text for s in sheets),
            *(s.title for s in sheets),
            *(slot.words for s in sheets for slot in s.slots),
            *self.told,
            self.instruct,
            *self.guide,
            *self.rules,
            *(text for e in self.examples for text in (e.subject, e.middle)),
            *self.reward,
        ]

    def inputs(self, names: Collection[str]) -> dict[str, object]:
        """The inputs of these names, as a prompt reads them."""
        task = self.task
        every: dict[str, object] = {
            "occasion": self.occasion,
            "channel": self.channel,
            "today": self.today,
            "season": self.season,
            "may_name": self.may_name,
            "facts": [sheet.as_input() for sheet in self.facts],
            "passages": [sheet.as_input() for sheet in self.passages],
            "told": self.told,
            "instruct": self.instruct,
            "purpose": task.purpose if task else "",
            "must": task.must if task else (),
            "must_never": task.must_never if task else (),
            "likes": task.likes if task else (),
            "guide": self.guide,
            "rules": self.rules,
            "examples": [asdict(example) for example in self.examples],
            "reward": self.reward,
            "reward_optional": self.reward_optional,
        }
        return {name: value for name, value in every.items() if name in names}
