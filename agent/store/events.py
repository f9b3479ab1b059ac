"""Events in the store: added inside a transaction, each once; read for the charts."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Engine, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert as insert_postgresql
from sqlalchemy.dialects.sqlite import insert as insert_sqlite
from sqlalchemy.orm import Session, aliased

from agent.clock import TOKYO
from agent.domain.event import Event, EventKind
from agent.domain.nps import NpsSummary, nps_kind, summarise
from agent.domain.prediction import Nps
from agent.ports.events import Before, EventRecord
from agent.store.changed import mark_people_of
from agent.store.engine import READ_ONLY
from agent.store.event_people import named_person
from agent.store.tables import Event as EventRow

_AT_A_TIME = 500
_AN_ANSWER = EventRow.kind == literal_column("'nps'")
"""Said as a constant, so that databases see that the partial index `ix_events_answers` holds every row asked for."""


class SqlEventStore:
    """`agent.ports.EventStore` on SQLAlchemy."""

    def __init__(self, session: Session, shop_id: str) -> None:
        self._session, self._shop = session, shop_id

    def add(self, events: Sequence[Event], *, source: str) -> list[Before | None]:
        """Store events and join each to its person; see the port."""
        answers: list[Before | None] = []
        for start in range(0, len(events), _AT_A_TIME):
            answers += self._add(events[start : start + _AT_A_TIME], source)
        return answers

    def _add(self, events: Sequence[Event], source: str) -> list[Before | None]:
        standing = self._seals([event.event_id for event in events])
        fresh: dict[str, Event] = {}
        for event in events:
            if event.event_id not in standing:
                fresh.setdefault(event.event_id, event)
        taken = self._insert(list(fresh.values()), source) if fresh else set()
        if len(taken) < len(fresh):  # another caller brought some of them in the same instant
            standing |= self._seals(sorted(fresh.keys() - taken))
        answers: list[Before | None] = []
        for event in events:
            if event.event_id in taken and fresh[event.event_id] is event:
                answers.append(None)
                continue
            seal = standing.get(event.event_id) or fresh[event.event_id].seal
            answers.append("known" if seal == event.seal else "differs")
        return answers

    def _seals(self, event_ids: Sequence[str]) -> dict[str, str]:
        query = select(EventRow.event_id, EventRow.content_hash).where(
            EventRow.shop_id == self._shop, EventRow.event_id.in_(event_ids)
        )
        return {row[0]: row[1] for row in self._session.execute(query)}

    def _insert(self, events: Sequence[Event], source: str) -> set[str]:
        """Store events nobody else stored meanwhile, joined to their people; the ids of those that went in."""
        rows = [{"shop_id": self._shop, "source": source, **row_of(event, event.seal)} for event in events]
        postgresql = self._session.get_bind().dialect.name == "postgresql"
        insert = insert_postgresql if postgresql else insert_sqlite
        added = insert(EventRow).values(rows).on_conflict_do_nothing().returning(EventRow.event_id)
        ids = set(self._session.scalars(added))
        self._session.execute(
            update(EventRow)
            .where(EventRow.shop_id == self._shop, EventRow.event_id.in_(ids))
            .values(customer_id=named_person())
            .execution_options(synchronize_session=False)
        )
        if ids:
            mark_people_of(self._session.connection(), self._shop, sorted(ids))
        return ids


def row_of(event: Event, seal: str) -> dict[str, Any]:
    """An event as a row, without shop, source and import; not yet joined to its person."""
    return {
        "event_id": event.event_id,
        "customer_id": None,
        "stated_id": event.customer.customer_id,
        "stated_email_key": event.customer.email_key,
        "stated_line_user_id": event.customer.line_user_id,
        "kind": event.kind.value,
        "happened_at": event.happened_at,
        "happened_on": event.happened_at.astimezone(TOKYO).date(),
        "sku": event.sku,
        "value": event.value,
        "text": event.text,
        "message_id": event.message_id,
        "content_hash": seal,
    }


class SqlEventHistory:
    """`agent.ports.EventHistory` on SQLAlchemy; every read is its own transaction without a write lock."""

    def __init__(self, engine: Engine, *, shop_id: str) -> None:
        self._engine = engine.execution_options(**{READ_ONLY: True})
        self.shop_id = shop_id

    def events(self, customer_id: str, *, until: date, newest: int) -> list[EventRecord]:
        """A customer's newest events, newest first."""
        query = (
            select(
                EventRow.event_id,
                EventRow.kind,
                EventRow.happened_at,
                EventRow.happened_on,
                EventRow.sku,
                EventRow.value,
                EventRow.text,
                EventRow.message_id,
                EventRow.source,
            )
            .where(*self._seen(EventRow, until), EventRow.customer_id == customer_id)
            .order_by(EventRow.happened_at.desc(), EventRow.event_id.desc())
            .limit(newest)
        )
        with self._engine.connect() as connection:
            return [
                EventRecord(row[0], EventKind(row[1]), *row[2:]) for row in connection.execute(query).all()
            ]

    def nps(self, customer_id: str, *, until: date) -> Nps | None:
        """A customer's latest answer, None when they never answered."""
        query = (
            select(EventRow.value, EventRow.happened_on, EventRow.text, EventRow.event_id)
            .where(*self._answered(EventRow, until), EventRow.customer_id == customer_id)
            .order_by(EventRow.happened_at.desc(), EventRow.event_id.desc())
            .limit(1)
        )
        with self._engine.connect() as connection:
            row = connection.execute(query).first()
        if row is None or row[0] is None:
            return None
        return Nps(row[0], nps_kind(row[0]), row[1], row[2], f"events:{row[3]}")

    def nps_summary(self, *, until: date) -> NpsSummary:
        """The whole shop's answers, the latest of each customer."""
        later = aliased(EventRow)
        superseded = (
            select(later.event_id)
            .where(
                *self._answered(later, until),
                later.customer_id == EventRow.customer_id,
                (later.happened_at > EventRow.happened_at)
                | ((later.happened_at == EventRow.happened_at) & (later.event_id > EventRow.event_id)),
            )
            .exists()
        )
        # A plain IS NOT NULL lures SQLite into the index of all events.
        somebody = func.coalesce(EventRow.customer_id, "") != ""
        query = (
            select(EventRow.value, func.count())
            .where(*self._answered(EventRow, until), _AN_ANSWER, somebody, ~superseded)
            .group_by(EventRow.value)
        )
        with self._engine.connect() as connection:
            given = {int(score or 0): int(people) for score, people in connection.execute(query)}
        return summarise(given)

    def _seen(self, rows: Any, until: date) -> tuple[ColumnElement[bool], ...]:
        return rows.shop_id == self.shop_id, rows.happened_on <= until

    def _answered(self, rows: Any, until: date) -> tuple[ColumnElement[bool], ...]:
        return *self._seen(rows, until), rows.kind == EventKind.NPS.value, rows.value.is_not(None)
