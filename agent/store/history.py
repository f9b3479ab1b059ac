"""What did each customer buy, say and agree to, up to a day? Read for the charts, streamed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from sqlalchemy import (
    Connection,
    Engine,
    Row,
    Select,
    bindparam,
    select,
)

from agent.clock import TOKYO
from agent.domain.event import EventKind
from agent.domain.history import ConsentRecord, NoteRecord, OrderRecord, OrderTally, PersonRecord
from agent.domain.occasion import Channel
from agent.store.consents import address_hash
from agent.store.engine import READ_ONLY
from agent.store.history_queries import (
    BROUGHT,
    CONSENTS,
    EXPECTED,
    NOTES,
    NUMBERS,
    ORDERS,
    PEOPLE,
    PEOPLE_OF,
    PERSON,
    REVISION,
    STOPPED,
    counted,
)
from agent.store.lines_bought import lines_of, some_of
from agent.store.tables import (
    Customer,
    Identity,
    Order,
)

NUMBER_KINDS = ("shopify_customer", "eccube_member")
"""Identities that are a shop's own customer numbers."""

ROWS_AT_A_TIME = 2_000
"""Rows fetched together while streaming: bounded memory, few round trips."""


_OWN_ID = select(Customer.customer_id).where(
    Customer.shop_id == bindparam("shop"), Customer.customer_id == bindparam("value")
)
"""Asked for every draft; built once."""


class SqlHistory:
    """A shop's past, read from the store (`agent.ports.History`).

    Every read is its own transaction without a write lock; a stream keeps its transaction open until it ends.
    """

    def __init__(self, engine: Engine, *, shop_id: str) -> None:
        self._engine = engine.execution_options(**{READ_ONLY: True})
        self.shop_id = shop_id

    def revision(self) -> str:
        """Changes whenever an import was added, finished or undone; for keeping shop-wide figures."""
        with self._engine.connect() as connection:
            return repr([tuple(row) for row in connection.execute(REVISION, {"shop": self.shop_id})])

    def known_as(self, *, value: str, email_key: str) -> list[str]:
        """Customer ids behind a reference, without repeats: an exact id first, then former ids, e-mail, LINE, own numbers."""
        with self._engine.connect() as connection:
            if found := list(connection.scalars(_OWN_ID, {"shop": self.shop_id, "value": value})):
                return found
            for query in self._ways_to_know(value, email_key):
                if found := list(connection.scalars(query.distinct())):
                    return sorted(found)
        return []

    def _ways_to_know(self, value: str, email_key: str) -> Iterator[Select[str]]:
        person = select(Customer.customer_id).where(Customer.shop_id == self.shop_id)
        known = select(Identity.customer_id).where(Identity.shop_id == self.shop_id)
        yield known.where(Identity.kind == "former_id", Identity.value == value)
        yield known.where(Identity.kind == "email", Identity.value == email_key)
        yield person.where(Customer.email_key == email_key)
        yield known.where(Identity.kind == "line", Identity.value == value)
        yield person.where(Customer.line_user_id == value)
        yield known.where(Identity.kind.in_(NUMBER_KINDS), Identity.value.in_((value, email_key)))

    def people(
        self, *, until: date, customer_ids: Sequence[str] | None = None
    ) -> Iterator[tuple[PersonRecord, OrderTally | None]]:
        """Customers with their orders in numbers (None: no revenue order yet), by customer id in the database's order."""
        given = {"shop": self.shop_id, "until": until}
        chosen: list[tuple[Select[*tuple[Any, ...]], dict[str, Any]]] = [(PEOPLE, given)]
        if customer_ids is not None:
            chosen = [(PEOPLE_OF, given | {"ids": ids}) for ids in some_of(customer_ids)]
        for part, values in chosen:
            with self._streaming(part, values) as (connection, partitions):
                for rows in partitions:
                    stopped = self._stopped(connection, rows)
                    brought = self._given(connection, [row.customer_id for row in rows], until)
                    for row in rows:
                        person = self._person(row, stopped, brought.get(row.customer_id, (0, 0, None)))
                        yield person, _tally(row.customer_id, row[len(PERSON) :])

    def tallies(self, *, until: date) -> Iterator[OrderTally]:
        """The numbers of everybody with a revenue order, in no particular order."""
        query = (
            select(Order.customer_id, *NUMBERS)
            .where(Order.shop_id == self.shop_id, Order.customer_id.is_not(None), *counted(until))
            .group_by(Order.customer_id)
        )
        with self._streaming(query) as (_, partitions):
            for rows in partitions:
                for row in rows:
                    if tally := _tally(row[0], row[1:]):
                        yield tally

    def order_values(self, *, until: date) -> Iterator[int]:
        """The net yen of each revenue order that belongs to somebody, in no particular order."""
        query = select(Order.net_yen).where(
            Order.shop_id == self.shop_id,
            Order.customer_id.is_not(None),
            Order.currency == "JPY",
            *counted(until),
        )
        with self._streaming(query) as (_, partitions):
            for rows in partitions:
                yield from (row[0] for row in rows)

    def orders(self, customer_id: str, *, until: date, newest: int) -> list[OrderRecord]:
        """A customer's newest orders with their lines, newest first."""
        given = {"shop": self.shop_id, "customer": customer_id, "until": until, "newest": newest}
        with self._engine.connect() as connection:
            rows = connection.execute(ORDERS, given).all()
            lines = lines_of(connection, self.shop_id, [row.order_id for row in rows])
        return [
            OrderRecord(
                row.order_id,
                row.ordered_on,
                row.ordered_at,
                tuple(lines.get(row.order_id, ())),
                row.net_yen if row.currency == "JPY" else None,
            )
            for row in rows
        ]

    def notes(self, customer_id: str, *, until: date) -> list[NoteRecord]:
        """Facts that were written down and not struck out, oldest first, undated ones before all."""
        given = {"shop": self.shop_id, "customer": customer_id, "end": _end_of(until)}
        with self._engine.connect() as connection:
            found = [NoteRecord(*row) for row in connection.execute(NOTES, given)]
        return sorted(found, key=lambda note: (note.at or datetime.min.replace(tzinfo=UTC), note.fact_id))

    def consents(self, customer_id: str) -> list[ConsentRecord]:
        """The consent ledger of a customer, newest entry first."""
        given = {"shop": self.shop_id, "customer": customer_id}
        with self._engine.connect() as connection:
            rows: Sequence[Sequence[Any]] = connection.execute(CONSENTS, given).all()
            return [ConsentRecord(*row) for row in rows]

    @contextmanager
    def _streaming(
        self, query: Select[*tuple[Any, ...]], given: dict[str, Any] | None = None
    ) -> Iterator[tuple[Connection, Iterator[Sequence[Row[*tuple[Any, ...]]]]]]:
        with self._engine.connect().execution_options(yield_per=ROWS_AT_A_TIME) as connection:
            yield connection, connection.execute(query, given).partitions()

    def _stopped(self, connection: Connection, rows: Sequence[Row[*tuple[Any, ...]]]) -> set[str]:
        """Which of these people's addresses are suppressed, as hashes."""
        hashes = [
            address_hash(channel, address)
            for row in rows
            for channel, address in ((Channel.EMAIL, row.email), (Channel.LINE, row.line_user_id))
            if address
        ]
        stopped: set[str] = set()
        for some in some_of(hashes):
            stopped.update(connection.scalars(STOPPED, {"shop": self.shop_id, "hashes": some}))
        return stopped

    def _given(
        self, connection: Connection, customer_ids: Sequence[str], until: date
    ) -> dict[str, tuple[int, int, int | None]]:
        """Reviews, friends brought and the yen last expected, of those among these who have any."""
        counted: dict[str, dict[str, int]] = {}
        expected: dict[str, int] = {}
        for some in some_of(customer_ids):
            given = {"shop": self.shop_id, "ids": some, "until": until}
            for customer_id, kind, count in connection.execute(BROUGHT, given):
                counted.setdefault(str(customer_id), {})[kind] = count
            expected.update({row[0]: row[1] for row in connection.execute(EXPECTED, given)})
        return {
            one: (
                counted.get(one, {}).get(EventKind.REVIEW.value, 0),
                counted.get(one, {}).get(EventKind.REFERRAL.value, 0),
                expected.get(one),
            )
            for one in counted.keys() | expected.keys()
        }

    def _person(
        self, row: Row[*tuple[Any, ...]], stopped: set[str], given: tuple[int, int, int | None]
    ) -> PersonRecord:
        addresses = ((Channel.EMAIL, row.email), (Channel.LINE, row.line_user_id))
        suppressed = [bool(value) and address_hash(channel, value) in stopped for channel, value in addresses]
        values: list[Any] = [*row[: len(PERSON)], *suppressed, *given]
        return PersonRecord(*values)


def _tally(customer_id: str, numbers: Sequence[object]) -> OrderTally | None:
    return OrderTally(customer_id, *numbers) if numbers[0] else None  # type: ignore[arg-type]


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), TOKYO).astimezone(UTC)
