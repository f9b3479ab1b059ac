"""What a model is shown of one message's material: short ids instead of record ids, tokens instead of people."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sheet:
    """A piece of evidence as the model sees it. id: F1, F2 … for facts, P1, P2 … for passages.

    title: empty for facts.    always: shown to the writer whatever the plan chose, such as how many orders there were.
    """

    id: str
    text: str
    title: str = ""
    always: bool = False


@dataclass(frozen=True, slots=True)
class Brief:
    """Everything a prompt may show. All texts are masked already.

    occasion, channel: codes of the contract.    today: 2026年11月21日（土）.    season: a greeting that is true this month.
    may_name: whether ⟦NAME⟧ may be used.    told: gists of earlier messages.    instruct: a reviewer's words, or empty.
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

    def outside_texts(self) -> list[str]:
        """Every text that came from records, products or people."""
        sheets = [*self.facts, *self.passages]
        return [*(s.text for s in sheets), *(s.title for s in sheets), *self.told, self.instruct]
