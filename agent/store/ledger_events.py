"""Take events in from files, each once, and join them to the people their rows name."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, column, select, table, update

from agent.domain.event import Event
from agent.ports.events import Before
from agent.store.bulk import insert_rows, plain_value
from agent.store.event_people import named_person
from agent.store.events import row_of
from agent.store.ledger_known import SqlKnown
from agent.store.ledger_rows import some_of
from agent.store.tables import Event as EventRow

_AT_A_TIME = 5_000
_TOUCHED = table("okaeri_touched", column("customer_id"))


class SqlEventsTaken(SqlKnown):
    """The part of an import that takes events in."""

    def add_events(self, events: Sequence[Event], sources: Sequence[str]) -> list[Before | None]:
        """Take events in; for each whether its id stood in the store, or came in this run, before."""
        answers: list[Before | None] = []
        rows: list[list[Any]] = []
        columns = ["source", *row_of(events[0], "")] if events else []
        for some in some_of(list(zip(events, sources, strict=True)), _AT_A_TIME):
            known = self._known("event", [event.event_id for event, _ in some])
            standing = {event_id: row.content_hash for event_id, row in known.items()}
            for event, source in some:
                before, seal = standing.get(event.event_id), event.seal
                if before is None:
                    standing[event.event_id] = seal
                    rows.append([source, *map(plain_value, row_of(event, seal).values())])
                    answers.append(None)
                    continue
                answers.append("known" if before == seal else "differs")
                if before == seal and (row := known.get(event.event_id)) is not None:
                    self._note_event(event.event_id, row.import_id)
            if rows:
                own = {"shop_id": self._shop, "import_id": self._import_id}
                insert_rows(self._connection, "events", columns, rows, constants=own)
                self._sums.events += len(rows)
                self._sums.new += len(rows)
                rows.clear()
        return answers

    def _note_event(self, event_id: str, import_id: str | None) -> None:
        """Found again. One told by a program rests on no import, so that nothing hinders an undo."""
        if import_id == self._import_id:
            return
        self._note_unchanged("event", event_id, import_id or self._import_id)

    def _events_found_again(self) -> int:
        sql = "select count(*) from okaeri_seen where kind = 'event'"
        return int(self._run(sql).scalar_one())


def join_events(connection: Connection, shop_id: str, import_id: str) -> None:
    """Join events to their people anew: those of this import, those of nobody yet, and those of everybody it touched."""
    mine = EventRow.shop_id == shop_id
    if connection.execute(select(EventRow.event_id).where(mine).limit(1)).first() is None:
        return
    person = named_person()
    concerned = (
        EventRow.customer_id.is_(None),
        EventRow.import_id == import_id,
        EventRow.customer_id.in_(select(_TOUCHED.c.customer_id)),
    )
    # One by one, each through its index; joined by OR, PostgreSQL would read every event of the shop.
    for some in concerned:
        connection.execute(
            update(EventRow)
            .where(mine, some, EventRow.customer_id.is_distinct_from(person))
            .values(customer_id=person)
        )
