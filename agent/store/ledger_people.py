"""Keep people in step with the rows about them: who each row belongs to, who was touched, who became whom."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from heapq import merge
from itertools import groupby, pairwise
from operator import attrgetter, itemgetter
from typing import Any

from sqlalchemy import Connection, Table, select

from agent.domain.identity import Note, Person, Statement, Word
from agent.store.bulk import insert_rows, plain_value
from agent.store.ledger_rows import REPLACED, remember, table_of
from agent.store.tables import Base, Fact, Identity

Node = tuple[str, str]

_DERIVED = frozenset({"customers", "identities", "orders", "customer_records"})
"""Tables whose customer ids follow from the files' rows; all others that name a customer are pointed anew when one changes."""

_CUSTOMER_COLUMNS = (
    "customer_id", "platform", "email", "email_key", "line_user_id", "family_name", "given_name", "family_kana", "given_kana",
    "name_damaged", "phone", "prefecture", "birthday", "withdrawn", "consent_email", "consent_line", "registered_at",
)  # fmt: skip

_CUSTOMER_VALUES = attrgetter(*_CUSTOMER_COLUMNS)

_PEOPLE_AT_A_TIME = 5_000


class SqlPeople:
    """The resolving part of an import's or undo's transaction (`customers.importing.ports.People`)."""

    def __init__(self, connection: Connection, shop_id: str, import_id: str, *, at: datetime) -> None:
        self._connection, self._shop, self._import_id, self._at = connection, shop_id, import_id, at
        self._at_text = plain_value(at)
        self._lite = connection.dialect.name == "sqlite"
        self._names_changed = False
        self._byte_order = "" if self._lite else ' collate "C"'  # sort as Python does, for merging streams
        self._temporary("okaeri_touched", "customer_id text primary key")
        self._temporary("okaeri_named", "customer_id text primary key")
        self._temporary("okaeri_moved", "old text, new text, primary key (old, new)")
        self._temporary("okaeri_withdrawn", "email_key text primary key")
        self._temporary("okaeri_became", "record_key text primary key, old text")
        self._temporary("okaeri_node", "kind text, value text, customer_id text, primary key (kind, value)")

    def _temporary(self, name: str, columns: str) -> None:
        self._run(f"drop table if exists {name}")
        tail = (
            " without rowid"
            if self._lite and "primary key" in columns
            else " on commit drop"
            if not self._lite
            else ""
        )
        self._run(f"create temp table {name} ({columns}){tail}")

    def tidy(self) -> None:
        """Drop what lived only during this transaction."""
        for name in ("touched", "named", "moved", "became", "node", "seen", "withdrawn"):
            self._run(f"drop table if exists okaeri_{name}")

    def _sql(self, sql: str) -> str:
        return sql if self._lite else sql.replace("?", "%s")

    def _run(self, sql: str, *values: Any) -> Any:
        return self._connection.exec_driver_sql(self._sql(sql), values)

    def _stream(self, sql: str, values: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        """Rows as the driver gives them, a few thousand in memory at a time."""
        raw: Any = self._connection.connection.driver_connection
        if self._lite:
            cursor = raw.execute(sql, values)
            try:
                while rows := cursor.fetchmany(2_000):
                    yield from rows
            finally:
                cursor.close()
            return
        name = f"okaeri_{hashlib.md5(sql.encode(), usedforsecurity=False).hexdigest()[:8]}"
        with raw.cursor(name=name) as cursor:
            cursor.itersize = 2_000
            cursor.execute(self._sql(sql), values)
            yield from cursor

    # -- whom rows belong to

    def links(self) -> Iterator[tuple[Node, Node]]:
        """Pairs of identities that one row states to be the same person."""
        sql = (
            "select platform, external_id, email_key, line_user_id from customer_records where shop_id = ? and "
            "((platform = 'eccube' and external_id is not null) or line_user_id is not null)"
        )
        for platform, external, email, line in self._stream(sql, (self._shop,)):
            nodes: list[Node] = [("eccube_member", external)] if platform == "eccube" and external else []
            nodes += [("email", email)] if email else []
            nodes += [("line", line)] if line else []
            if len(nodes) == 1:
                yield nodes[0], nodes[0]
            yield from pairwise(nodes)
        if self._only_shopify():
            return
        sql = (
            "select distinct buyer_email_key, buyer_line_user_id from orders "
            "where shop_id = ? and buyer_external_id is null and buyer_line_user_id is not null"
        )
        for email, line in self._stream(sql, (self._shop,)):
            yield ("line", line), (("email", email) if email else ("line", line))

    def members_of_orders(self) -> Iterator[tuple[str, str | None]]:
        """Member numbers of orders with the addresses those orders show."""
        if self._only_shopify():
            return
        sql = (
            "select distinct buyer_external_id, buyer_email_key from orders "
            "where shop_id = ? and buyer_external_id is not null order by 1, 2"
        )
        for row in self._stream(sql, (self._shop,)):
            yield row[0], row[1]

    def members_with_address(self) -> set[str]:
        """Member numbers whose own row states an address."""
        rows = self._run(
            "select distinct external_id from customer_records where shop_id = ? and platform = 'eccube' "
            "and external_id is not null and email_key is not null",
            self._shop,
        )
        return {row[0] for row in rows}

    def joined_addresses(self) -> Iterator[str]:
        """Addresses of people who were known by more than one before this run."""
        sql = (
            "select i.value from identities i where i.shop_id = ? and i.kind = 'email' and i.customer_id in "
            "(select customer_id from identities where shop_id = ? and kind = 'email' group by customer_id having count(*) > 1)"
        )
        for (value,) in self._run(sql, self._shop, self._shop).all():
            yield value

    def _only_shopify(self) -> bool:
        """Shopify rows know neither member numbers nor LINE ids: then no order needs looking at."""
        other = self._run(
            "select 1 from imports where shop_id = ? and platform <> 'shopify' limit 1", self._shop
        ).first()
        return other is None and getattr(self, "_platform", "") == "shopify"

    def assign(self, person_of: Mapping[Node, str]) -> None:
        """Give every row whose leading identity is listed its customer id, and remember who became whom."""
        nodes = [(kind, value, person) for (kind, value), person in person_of.items()]
        if nodes:
            insert_rows(self._connection, "okaeri_node", ("kind", "value", "customer_id"), nodes)
            self._learn("okaeri_node", "orders", "customer_records")
            for table, leading in _LEADING.items():
                for kind, column, condition in leading:
                    self._reassign(table, kind, column, condition)
        self._note_who_became()
        if nodes or self._names_changed:
            self._name_again()
        self._run(
            "insert into okaeri_touched select customer_id from okaeri_named where true on conflict do nothing"
        )
        self._run("insert into okaeri_touched select old from okaeri_moved where true on conflict do nothing")
        self._run("insert into okaeri_touched select new from okaeri_moved where true on conflict do nothing")
        self._learn("orders", "customer_records", "okaeri_touched", "okaeri_named", "customers")

    def _learn(self, *tables: str) -> None:
        """PostgreSQL plans for empty tables until it is told what this transaction has written."""
        if not self._lite:
            for table in tables:
                self._run(f"analyze {table}")

    def _name_again(self) -> None:
        """Whom this run's rows name, read off the rows themselves."""
        self._run("delete from okaeri_named")
        for table in ("orders", "customer_records"):
            self._run(
                f"insert into okaeri_named select distinct customer_id from {table} where shop_id = ? and import_id = ? "
                "and customer_id is not null on conflict do nothing",
                self._shop,
                self._import_id,
            )

    def _name(self, customer_ids: Iterable[str | None]) -> None:
        """Note whom new rows name."""
        rows = [(customer_id,) for customer_id in customer_ids if customer_id]
        if rows:
            insert_rows(
                self._connection, "okaeri_named", ("customer_id",), rows, conflict="on conflict do nothing"
            )

    def _reassign(self, table: str, kind: str, column: str, condition: str) -> None:
        node = f"n.kind = ? and n.value = {table}.{column}"
        here = condition.replace("r.", f"{table}.")
        differs = (
            f"{table}.shop_id = ? and {column} is not null and {here} and exists (select 1 from okaeri_node n where {node} "
            f"and ({table}.customer_id is null or n.customer_id <> {table}.customer_id))"
        )
        found = f"(select n.customer_id from okaeri_node n where {node})"
        self._run(
            f"insert into okaeri_moved select distinct customer_id, {found} from {table} where {differs} "
            "and customer_id is not null on conflict do nothing",
            kind,
            self._shop,
            kind,
        )
        self._run(f"update {table} set customer_id = {found} where {differs}", kind, self._shop, kind)

    def _note_who_became(self) -> None:
        """A customer row that changed its address took its person along."""
        self._run(
            "insert into okaeri_moved select b.old, r.customer_id from okaeri_became b "
            "join customer_records r on r.shop_id = ? and r.record_key = b.record_key "
            "where r.customer_id is not null and b.old <> r.customer_id on conflict do nothing",
            self._shop,
        )

    def _touch(self, customer_ids: Iterable[str]) -> None:
        rows = [(customer_id,) for customer_id in set(customer_ids)]
        if rows:
            insert_rows(
                self._connection, "okaeri_touched", ("customer_id",), rows, conflict="on conflict do nothing"
            )

    def _became(self, kind: str, old_of: Mapping[str, str]) -> None:
        if kind == "record" and old_of:
            insert_rows(
                self._connection,
                "okaeri_became",
                ("record_key", "old"),
                list(old_of.items()),
                conflict="on conflict do nothing",
            )

    # -- what is said about them

    def withdrawn_addresses(self) -> set[str]:
        """Address keys of withdrawn members, those on their orders included; touches everybody who shows one."""
        if (
            self._run(
                "select 1 from customer_records where shop_id = ? and withdrawn limit 1", self._shop
            ).first()
            is None
        ):
            return set()
        members = "select external_id from customer_records where shop_id = ? and withdrawn and external_id is not null"
        found = self._run(
            "select email_key from customer_records where shop_id = ? and withdrawn and email_key is not null "
            f"union select buyer_email_key from orders where shop_id = ? and buyer_external_id in ({members}) "
            "and buyer_email_key is not null",
            *(self._shop,) * 3,
        ).all()
        keys = {row[0] for row in found}
        insert_rows(self._connection, "okaeri_withdrawn", ("email_key",), [(key,) for key in keys])
        for table, column in (("orders", "buyer_email_key"), ("customer_records", "email_key")):
            self._run(
                f"insert into okaeri_touched select distinct customer_id from {table} where shop_id = ? and customer_id is not null "
                f"and {column} in (select email_key from okaeri_withdrawn) on conflict do nothing",
                self._shop,
            )
        return keys

    def statements(self) -> Iterator[tuple[str, list[Statement]]]:
        """Everything said about each touched person, by customer id; an empty list when nothing is left."""
        records = self._said_in_records()
        orders = self._said_in_orders()
        record, order = next(records, None), next(orders, None)
        everybody = self._stream(
            f"select customer_id from okaeri_touched order by customer_id{self._byte_order}", ()
        )
        for (customer_id,) in everybody:
            said: list[Statement] = []
            if record is not None and record[0] == customer_id:
                said += record[1]
                record = next(records, None)
            if order is not None and order[0] == customer_id:
                said += order[1]
                order = next(orders, None)
            yield customer_id, said

    def _said_in_records(self) -> Iterator[tuple[str, list[Statement]]]:
        sql = (
            f"select {', '.join('r.' + name for name in _RECORD_COLUMNS)}, {self._moment('r.registered_at')}, "
            f"{self._day('r.birthday')}, r.source from okaeri_touched t "
            f"cross join customer_records r{self._by('ix_customer_records_customer')} "
            f"where r.shop_id = ? and r.customer_id = t.customer_id order by t.customer_id{self._byte_order}"
        )
        for customer_id, rows in groupby(self._stream(sql, (self._shop,)), itemgetter(3)):
            yield customer_id, [_of_record(row) for row in rows]

    def _said_in_orders(self) -> Iterator[tuple[str, list[Statement]]]:
        """What orders say of touched people: of Shopify's only each person's latest and those with a note (the others repeat
        the address and an older consent), of other platforms all."""
        columns = ", ".join("o." + name for name in _ORDER_COLUMNS) + f", {self._moment('o.ordered_at')}"
        latest = (
            f"select {columns} from okaeri_touched t cross join orders o{self._by('ix_orders_customer')} where o.shop_id = ? "
            "and o.customer_id = t.customer_id and o.ordered_at = "
            "(select max(x.ordered_at) from orders x where x.shop_id = ? and x.customer_id = t.customer_id)"
        )
        special = (
            f"select {columns} from orders o cross join okaeri_touched t "
            "where t.customer_id = o.customer_id and o.shop_id = ? and (o.platform <> 'shopify' or o.note is not null)"
        )
        one = self._stream(f"{latest} order by t.customer_id{self._byte_order}", (self._shop, self._shop))
        other = self._stream(f"{special} order by o.customer_id{self._byte_order}, o.order_id", (self._shop,))
        merged = merge(one, other, key=itemgetter(2))
        for customer_id, rows in groupby(merged, itemgetter(2)):
            once = {row[0]: row for row in rows}
            yield customer_id, [_of_order(row) for row in once.values()]

    def _by(self, index: str) -> str:
        """SQLite knows no statistics of rows just written and may walk the wrong index a thousand times."""
        return f" indexed by {index}" if self._lite else ""

    def _moment(self, column: str) -> str:
        return column if self._lite else f"to_char({column} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"

    def _day(self, column: str) -> str:
        return column if self._lite else f"to_char({column}, 'YYYY-MM-DD')"

    def own_words(self) -> dict[str, dict[str, bool]]:
        """Of touched people: what they said themselves, newest per channel. A former id's words follow its person."""
        self._point_anew()
        rows = self._run(
            "select c.customer_id, c.channel, c.state from consents c join okaeri_touched t on t.customer_id = c.customer_id "
            "where c.shop_id = ? and c.source <> 'import' order by c.recorded_at, c.consent_id",
            self._shop,
        )
        words: dict[str, dict[str, bool]] = {}
        for customer_id, channel, state in rows:
            words.setdefault(customer_id, {})[channel] = bool(state)
        for (customer_id,) in self._run(
            "select c.customer_id from customers c join okaeri_touched t on t.customer_id = c.customer_id "
            "where c.shop_id = ? and c.never_contact",
            self._shop,
        ):
            words[customer_id] = {"email": False, "line": False}
        return words

    # -- who became whom

    def _successors(self) -> dict[str, str]:
        """Customer ids nobody's rows name any more → the one they became (the first, when they parted)."""
        rows = self._run(
            "select m.old, min(m.new) from okaeri_moved m where not exists (select 1 from orders o where o.shop_id = ? "
            "and o.customer_id = m.old) and not exists (select 1 from customer_records r where r.shop_id = ? "
            "and r.customer_id = m.old) group by m.old",
            self._shop,
            self._shop,
        )
        return {old: new for old, new in rows if old != new}

    def _point_anew(self) -> None:
        """Drafts, notes, consents and whatever else names a customer who became another follow."""
        successors = self._successors()
        moved: list[tuple[str, dict[str, Any]]] = []
        for table in _pointing_tables():
            for old, new in successors.items():
                moved += self._point(table, old, new)
        self._keep_pointers(moved)

    def _point(self, table: Table, old: str, new: str) -> list[tuple[str, dict[str, Any]]]:
        mine = (table.c.shop_id == self._shop, table.c.customer_id == old)
        keys = [column for column in table.primary_key.columns if column.name != "shop_id"]
        rows = self._connection.execute(select(*keys).where(*mine)).all()
        if not rows:
            return []
        self._connection.execute(table.update().where(*mine).values(customer_id=new))
        return [
            (
                f"{table.name}|" + "|".join(map(str, row)),
                {"table": table.name, "key": {c.name: v for c, v in zip(keys, row, strict=True)}, "old": old},
            )
            for row in rows
        ]

    def _keep_pointers(self, moved: list[tuple[str, dict[str, Any]]]) -> None:
        remember(self._connection, self._shop, self._import_id, "pointer", moved)

    def _keep_former_ids(self) -> None:
        """A person found to be another stays findable by the old id."""
        identities = table_of(Identity)
        for old, new in self._successors().items():
            exists = self._run(
                "select 1 from customers where shop_id = ? and customer_id = ?", self._shop, old
            ).first()
            mine = (
                identities.c.shop_id == self._shop,
                identities.c.kind == "former_id",
                identities.c.customer_id == old,
            )
            earlier = list(self._connection.scalars(select(identities.c.value).where(*mine)))
            self._connection.execute(identities.update().where(*mine).values(customer_id=new))
            kept = [
                (
                    f"identities|former_id|{v}",
                    {"table": "identities", "key": {"kind": "former_id", "value": v}, "old": old},
                )
                for v in earlier
            ]
            self._keep_pointers(kept)
            if exists:
                self._run(
                    "insert into identities (shop_id, kind, value, customer_id) values (?, 'former_id', ?, ?) on conflict do nothing",
                    self._shop,
                    old,
                    new,
                )
                remember(self._connection, self._shop, self._import_id, "former", [(old, {"new": new})])

    # -- storing them

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

    def _struck(self) -> dict[str, Any]:
        """Notes that staff struck out stay struck."""
        facts = table_of(Fact)
        query = select(facts.c.fact_id, facts.c.struck_at).where(
            facts.c.shop_id == self._shop, facts.c.struck_at.is_not(None), facts.c.import_id.is_not(None)
        )
        return {row.fact_id: row.struck_at for row in self._connection.execute(query)}

    def _put(self, people: list[Person], struck: Mapping[str, Any]) -> None:
        if not people:
            return
        shop = {"shop_id": self._shop}
        updates = ", ".join(f"{name} = excluded.{name}" for name in _CUSTOMER_COLUMNS[1:])
        insert_rows(
            self._connection,
            "customers",
            (*_CUSTOMER_COLUMNS, "never_contact"),
            [(*_CUSTOMER_VALUES(person), False) for person in people],
            constants=shop,
            conflict=f"on conflict (shop_id, customer_id) do update set {updates}",
        )
        insert_rows(
            self._connection,
            "identities",
            ("kind", "value", "customer_id"),
            [(kind, value, person.customer_id) for person in people for kind, value in person.identities],
            constants=shop,
            conflict="on conflict do nothing",
        )
        words = [self._word(person.customer_id, word) for person in people for word in person.words]
        if words:
            insert_rows(
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


_RECORD_COLUMNS = (
    "record_key", "platform", "import_id", "customer_id", "external_id", "email", "email_key", "line_user_id", "family_name",
    "given_name", "family_kana", "given_kana", "name_damaged", "phone", "prefecture", "accepts_email", "accepts_line", "withdrawn",
    "note",
)  # fmt: skip
_ORDER_COLUMNS = (
    "order_id", "platform", "customer_id", "import_id", "buyer_external_id", "buyer_email", "buyer_email_key",
    "buyer_line_user_id", "buyer_family_name", "buyer_given_name", "buyer_name_damaged", "buyer_phone", "accepts_email",
    "accepts_line", "consent_words", "note", "source_file", "source_row",
)  # fmt: skip
_CONSENT_COLUMNS = (
    "consent_id", "customer_id", "channel", "purpose", "state", "source", "import_id", "source_file", "source_row",
    "source_column", "source_value", "recorded_at",
)  # fmt: skip
_FACT_COLUMNS = ("fact_id", "customer_id", "kind", "text", "source", "import_id", "at", "struck_at")
_LEADING = {
    "orders": (
        ("eccube_member", "buyer_external_id", "true"),
        ("email", "buyer_email_key", "r.buyer_external_id is null"),
        ("line", "buyer_line_user_id", "r.buyer_external_id is null and r.buyer_email_key is null"),
    ),
    "customer_records": (
        ("email", "email_key", "true"),
        ("line", "line_user_id", "r.email_key is null"),
        (
            "eccube_member",
            "external_id",
            "r.platform = 'eccube' and r.email_key is null and r.line_user_id is null",
        ),
    ),
}
"""Which identity leads a row, as in the importer: kind, its column, and when it leads."""


def _of_record(row: tuple[Any, ...]) -> Statement:
    source = json.loads(row[21]) if isinstance(row[21], str) else row[21]
    words = source.get("words", {})
    return Statement(
        key=row[0], origin="record", platform=row[1], customer_id=row[3], import_id=row[2], external_id=row[4], email=row[5],
        email_key=row[6], line_user_id=row[7], family_name=row[8], given_name=row[9], family_kana=row[10], given_kana=row[11],
        name_damaged=bool(row[12]), phone=row[13], prefecture=row[14], birthday=row[20], accepts_email=_flag(row[15]),
        accepts_line=_flag(row[16]), email_said=_pair(words.get("email")), line_said=_pair(words.get("line")),
        withdrawn=bool(row[17]), note=row[18], at=row[19], file=source["file"], row=source["row"],
    )  # fmt: skip


def _of_order(row: tuple[Any, ...]) -> Statement:
    email_said, line_said = None, None
    if row[14]:
        first, _, second = row[14].partition("\n")
        email_said, line_said = _pair(first.split("\t", 1)), _pair(second.split("\t", 1))
    return Statement(
        key=row[0], origin="order", platform=row[1], customer_id=row[2], import_id=row[3], external_id=row[4], email=row[5],
        email_key=row[6], line_user_id=row[7], family_name=row[8], given_name=row[9], family_kana=None, given_kana=None,
        name_damaged=bool(row[10]), phone=row[11], prefecture=None, birthday=None, accepts_email=_flag(row[12]),
        accepts_line=_flag(row[13]), email_said=email_said, line_said=line_said, withdrawn=False, note=row[15], at=row[18],
        file=row[16], row=row[17],
    )  # fmt: skip


def _flag(value: Any) -> bool | None:
    return None if value is None else bool(value)


def _pair(value: Any) -> tuple[str, str] | None:
    return (value[0], value[1]) if value and len(value) == 2 else None


def _note(customer_id: str, note: Note, struck: Mapping[str, Any]) -> tuple[Any, ...]:
    fact_id = "n_" + _digest(note.key, note.text)
    source = f"imports:{note.file}#{note.row}"
    return (
        fact_id,
        customer_id,
        "note",
        note.text,
        source,
        note.import_id,
        None,
        plain_value(struck.get(fact_id)),
    )


def _digest(*parts: str) -> str:
    return hashlib.blake2b("\x1f".join(parts).encode(), digest_size=16).hexdigest()


def _pointing_tables() -> list[Table]:
    return [
        table
        for table in Base.metadata.sorted_tables
        if "customer_id" in table.c and "shop_id" in table.c and table.name not in _DERIVED | {REPLACED.name}
    ]
