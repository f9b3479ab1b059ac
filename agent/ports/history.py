"""A shop's past: its people, orders and notes."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Protocol

from agent.domain.history import ConsentRecord, NoteRecord, OrderRecord, OrderTally, PersonRecord


class History(Protocol):
    """A shop's past, read for the charts. Every iterator streams: a million customers pass through in bounded memory.

    `until` is the last visible day in Asia/Tokyo; later orders and notes do not exist. Orders are revenue orders.
    """

    def revision(self) -> str:
        """Changes whenever an import was added, finished or undone; for keeping shop-wide figures."""
        ...

    def known_as(self, *, value: str, email_key: str) -> list[str]:
        """Customer ids behind a reference, without repeats: an exact id first, then former ids, e-mail, LINE, own numbers.

        Empty when nobody is known so; more than one when two platforms use the same number.
        """
        ...

    def people(
        self, *, until: date, customer_ids: Sequence[str] | None = None
    ) -> Iterator[tuple[PersonRecord, OrderTally | None]]:
        """Customers with their orders in numbers (None: no revenue order yet), by customer id in the database's order."""
        ...

    def tallies(self, *, until: date) -> Iterator[OrderTally]:
        """The numbers of everybody with a revenue order, in no particular order."""
        ...

    def order_values(self, *, until: date) -> Iterator[int]:
        """The net yen of each revenue order that belongs to somebody, in no particular order."""
        ...

    def orders(self, customer_id: str, *, until: date, newest: int) -> list[OrderRecord]:
        """A customer's newest orders with their lines, newest first."""
        ...

    def notes(self, customer_id: str, *, until: date) -> list[NoteRecord]:
        """Facts that were written down and not struck out, oldest first, undated ones before all."""
        ...

    def consents(self, customer_id: str) -> list[ConsentRecord]:
        """The consent ledger of a customer, newest entry first."""
        ...
