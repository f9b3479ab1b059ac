"""What sets a group of customers apart, and what it is called for that."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GroupFact:
    """One statement on a group as a whole, in Japanese. fact_id: `group:g1:bought`."""

    fact_id: str
    text: str


@dataclass(frozen=True, slots=True)
class GroupPhrase:
    """A name a shopkeeper would use, with the facts it rests on. author: `code` or `model:NAME`."""

    text: str
    fact_ids: tuple[str, ...]
    author: str = "code"
