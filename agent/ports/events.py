"""What customers did besides buying: recorded in a transaction, read for charts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, Protocol

from agent.domain.event import Event, EventKind
from agent.domain.nps import NpsSummary
from agent.domain.prediction import Nps

Before = Literal["known", "differs"]
"""What the store held under an event's id: the very same event, or another."""


@dataclass(frozen=True, slots=True)
class EventRecord:
    """An event of a known customer. source: `FILE#ROW`, `api` or `delivery`."""

    event_id: str
    kind: EventKind
    happened_at: datetime
    happened_on: date
    sku: str | None
    value: int | None
    text: str | None
    message_id: str | None
    source: str


class EventStore(Protocol):
    """Events inside the unit of work's transaction."""

    def add(self, events: Sequence[Event], *, source: str) -> list[Before | None]:
        """Store events and join each to its person, where that person is known; the others wait until an import names them.

        Returns for each event None when it was stored, `known` when the very same one was there already, and `differs` when
        another event has its id: the first stays.
        """
        ...


class EventHistory(Protocol):
    """Events read for the charts. `until` is the last visible day in Asia/Tokyo."""

    def events(self, customer_id: str, *, until: date, newest: int) -> list[EventRecord]:
        """A customer's newest events, newest first."""
        ...

    def nps(self, customer_id: str, *, until: date) -> Nps | None:
        """A customer's latest answer to "would you recommend us", None when they never answered."""
        ...

    def nps_summary(self, *, until: date) -> NpsSummary:
        """The whole shop's answers: the latest of each customer, people we do not know by now left out."""
        ...
