"""What an import asks of the store: one transaction that takes rows in, resolves people, and can be undone."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any, Protocol

import polars as pl

from agent.domain.event import Event
from agent.domain.hindrance import Hindrance
from agent.domain.identity import Person, Statement
from agent.ports.events import Before

Node = tuple[str, str]
"""An identity: kind (email, line, eccube_member, shopify_customer, row) and folded value."""


class Totals(Protocol):
    """What this run's files came to, each order and customer once."""

    @property
    def customers(self) -> int: ...
    @property
    def orders(self) -> int: ...
    @property
    def order_lines(self) -> int: ...
    @property
    def revenue_orders(self) -> int: ...
    @property
    def net_revenue_yen(self) -> int: ...
    @property
    def products(self) -> int: ...
    @property
    def variants(self) -> int: ...
    @property
    def events(self) -> int: ...
    @property
    def new(self) -> int: ...
    @property
    def changed(self) -> int: ...
    @property
    def unchanged(self) -> int: ...
    @property
    def outdated(self) -> int: ...


class People(Protocol):
    """The part of a transaction that resolves people; used by imports and by their undoing."""

    def links(self) -> Iterator[tuple[Node, Node]]:
        """Pairs of identities that one row states to be the same person."""
        ...

    def members_of_orders(self) -> Iterator[tuple[str, str | None]]:
        """Member numbers of orders with the addresses those orders show."""
        ...

    def members_with_address(self) -> set[str]:
        """Member numbers whose own row states an address."""
        ...

    def joined_addresses(self) -> Iterator[str]:
        """Addresses of people who were known by more than one before this run."""
        ...

    def assign(self, person_of: Mapping[Node, str]) -> None:
        """Give every row whose leading identity is listed its customer id, and remember who became whom."""
        ...

    def withdrawn_addresses(self) -> set[str]:
        """Address keys of withdrawn members, those on their orders included; touches everybody who shows one."""
        ...

    def statements(self) -> Iterator[tuple[str, list[Statement]]]:
        """Everything said about each touched person, by customer id; nothing when nobody of that id is left."""
        ...

    def own_words(self) -> dict[str, dict[str, bool]]:
        """Of touched people: what they said themselves (opt-out, staff), newest per channel, as channel → yes or no."""
        ...

    def put_people(self, people: Iterable[Person]) -> None:
        """Store touched people as they are now, and remove those who are gone."""
        ...


class ImportTransaction(People, Protocol):
    """One import. Nothing of it is seen by others, or stays, until the block ends without an error."""

    def add_orders(self, orders: pl.DataFrame, lines: pl.DataFrame) -> list[str]:
        """Take orders in with their lines (columns as in the tables, without shop and import).

        Returns ids that this run already took from the same file: the caller reads such an order's rows together.
        """
        ...

    def take_back_orders(self, order_ids: Sequence[str]) -> None:
        """Undo this run's taking of orders, as if they had not been in the file."""
        ...

    def add_records(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Take customer rows in."""
        ...

    def add_products(
        self, products: Sequence[Mapping[str, Any]], variants: Sequence[Mapping[str, Any]]
    ) -> None:
        """Take products in with all their variants."""
        ...

    def add_events(self, events: Sequence[Event], sources: Sequence[str]) -> list[Before | None]:
        """Take events in, with where each was read. For each: None when it is new, else what stood under its id."""
        ...

    def totals(self) -> Totals:
        """Sums over this run's files."""
        ...

    def finish(self, *, files: Sequence[str], report: Mapping[str, Any]) -> None:
        """Write the import's own row."""
        ...


class UndoTransaction(People, Protocol):
    """The undoing of one import."""

    def put_rows_back(self) -> int:
        """Remove the import's rows and restore those it replaced. Returns how many orders, records and products left."""
        ...

    def put_pointers_back(self) -> None:
        """After people are resolved: give drafts and notes back to whom they belonged before."""
        ...


class ImportLedger(Protocol):
    """The store as imports see it."""

    def importing(
        self, import_id: str, *, platform: str, at: datetime, dry_run: bool
    ) -> AbstractContextManager[ImportTransaction]:
        """Open an import; a dry run is forgotten at the end."""
        ...

    def undoing(self, import_id: str, *, at: datetime) -> AbstractContextManager[UndoTransaction]:
        """Open an undo. Raises NotFound."""
        ...

    def hindrance(self, import_id: str) -> Hindrance | None:
        """What stands in the way of undoing, or None. Raises NotFound."""
        ...
