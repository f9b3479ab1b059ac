"""Store people as they are now: customers, what they are known by, their consents and notes."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from agent.domain.identity import Note, Person, Word
from agent.store.bulk import insert_alike, insert_rows, plain_value
from agent.store.ledger_moved import SqlMoved
from agent.store.ledger_rows import table_of
from agent.store.tables import Fact

_CUSTOMER_COLUMNS = (
    "customer_id", "platform", "email", "email_key", "line_user_id", "family_name", "given_name", "family_kana", "given_kana",
    "name_damaged", "phone", "prefecture", "birthday", "withdrawn", "consent_email", "consent_line", "registered_at",
)  # fmt: skip

_CUSTOMER_VALUES = attrgetter(*_CUSTOMER_COLUMNS)

_PEOPLE_AT_A_TIME = 5_000
_CONSENT_COLUMNS = (
    "consent_id", "customer_id", "channel", "purpose", "state", "source", "import_id", "source_file", "source_row",
    "source_column", "source_value", "recorded_at",
)  # fmt: skip
_FACT_COLUMNS = ("fact_id", "customer_id", "kind", "text", "source", "import_id", "at", "struck_at", "struck_by",
                 "struck_reason")  # fmt: skip


Struck = Mapping[str | tuple[str, str], tuple[datetime, str | None, str | None]]
"""When, by whom and why a note was struck out; by the fact's id, and by customer and text."""


class SqlKept(SqlMoved):
    """Touched people go in, those who are gone leave."""

    _struck_before: Struck = MappingProxyType({})
    """What was struck before an undo took its import's notes away."""

    def put_people(self, people: Iterable[Person]) -> None:
        """Store touched people as they are now, and remove those who are gone."""
        touched = "select customer_id from okaeri_touched"
        self._run(
            f"delete from identities where shop_id = ? and kind <> 'former_id' and customer_id in ({touched})",
            self._shop,
        )
        struck = self._struck()
        self._run(
            f"delete from facts where shop_id = ? and import_id is not null and kind = 'note' and customer_id in ({touched})",
            self._shop,
        )
        some: list[Person] = []
        for person in people:
            some.append(person)
            if len(some) == _PEOPLE_AT_A_TIME:
                self._put(some, struck)
                some = []
        self._put(some, struck)
        self._keep_former_ids()
        self._run(
            f"delete from customers where shop_id = ? and customer_id in ({touched} except select customer_id from okaeri_named) "
            "and not exists (select 1 from orders o where o.shop_id = customers.shop_id and o.customer_id = customers.customer_id) "
            "and not exists (select 1 from customer_records r where r.shop_id = customers.shop_id "
            "and r.customer_id = customers.customer_id)",
            self._shop,
        )
        self._run(  # an id that lives again is nobody's former one
            "delete from identities where shop_id = ? and kind = 'former_id' and value in "
            f"(select customer_id from customers where shop_id = ? and customer_id in ({touched}))",
            self._shop,
            self._shop,
        )

    def _struck(self) -> Struck:
        """Notes that staff struck out stay struck, also when another row comes to say the same of the same person."""
        facts = table_of(Fact)
        query = select(facts).where(
            facts.c.shop_id == self._shop, facts.c.struck_at.is_not(None), facts.c.import_id.is_not(None)
        )
        struck = dict(self._struck_before)
        for row in self._connection.execute(query):
            how = (row.struck_at, row.struck_by, row.struck_reason)
            struck[row.fact_id] = struck[row.customer_id, row.text] = how
        return struck

    def _put(self, people: list[Person], struck: Struck) -> None:
        if not people:
            return
        shop = {"shop_id": self._shop}
        updates = ", ".join(f"{name} = excluded.{name}" for name in _CUSTOMER_COLUMNS[1:])
        insert_alike(
            self._connection,
            "customers",
            _CUSTOMER_COLUMNS,
            [_CUSTOMER_VALUES(person) for person in people],
            constants={"never_contact": False, **shop},
            conflict=f"on conflict (shop_id, customer_id) do update set {updates}",
        )
        known_by = [
            (kind, value, person.customer_id) for person in people for kind, value in person.identities
        ]
        if known_by:
            insert_alike(
                self._connection,
                "identities",
                ("kind", "value", "customer_id"),
                known_by,
                constants=shop,
                conflict="on conflict do nothing",
            )
        words = [self._word(person.customer_id, word) for person in people for word in person.words]
        if words:
            insert_alike(
                self._connection,
                "consents",
                _CONSENT_COLUMNS,
                words,
                constants=shop,
                conflict="on conflict do nothing",
            )
        notes = [_note(person.customer_id, note, struck) for person in people for note in person.notes]
        if notes:
            insert_rows(self._connection, "facts", _FACT_COLUMNS, notes, constants=shop)

    def _word(self, customer_id: str, word: Word) -> tuple[Any, ...]:
        consent_id = "i_" + _digest(word.key, word.channel, word.import_id)
        return (
            consent_id, customer_id, word.channel, "marketing", word.state, "import", word.import_id, word.file, word.row,
            word.column, word.said, self._at_text,
        )  # fmt: skip


def _note(customer_id: str, note: Note, struck: Struck) -> tuple[Any, ...]:
    fact_id = "n_" + _digest(note.key, note.text)
    source = f"imports:{note.file}#{note.row}"
    at, by, why = struck.get(fact_id) or struck.get((customer_id, note.text)) or (None, None, None)
    return (
        fact_id,
        customer_id,
        "note",
        note.text,
        source,
        note.import_id,
        None,
        plain_value(at),
        by,
        why,
    )


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()
