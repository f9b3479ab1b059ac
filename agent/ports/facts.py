"""Facts somebody told us or wrote down."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class WrittenFact:
    """A fact in somebody's words. author: who of the staff wrote it down, None for a note from a file.    quote: the customer's
    own words.    struck_*: set once staff struck it out; it is kept, and nothing uses it.
    """

    fact_id: str
    customer_id: str
    kind: str
    text: str
    quote: str | None
    author: str | None
    source: str
    at: datetime | None
    struck_at: datetime | None
    struck_by: str | None
    struck_reason: str | None


class FactStore(Protocol):
    """Written facts inside the unit of work's transaction. Nothing is ever deleted here."""

    def add(self, fact: WrittenFact) -> None:
        """Store a new fact. Raises NotFound when the customer does not exist (any more)."""
        ...

    def get(self, fact_id: str) -> WrittenFact:
        """One fact, its row held until the transaction ends. Raises NotFound."""
        ...

    def of(self, customer_id: str, *, struck: bool) -> list[WrittenFact]:
        """A customer's facts, oldest first, undated ones before all. struck: those struck out as well."""
        ...

    def strike(self, fact_id: str, *, by: str, reason: str | None, at: datetime) -> None:
        """Mark a fact as struck out. Raises NotFound."""
        ...

    def restore(self, fact_id: str) -> None:
        """Let a struck fact count again. Raises NotFound."""
        ...
