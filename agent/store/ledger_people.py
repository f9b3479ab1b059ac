"""Keep people in step with the rows about them: whom each row belongs to, and who was touched."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from agent.store.bulk import insert_rows
from agent.store.ledger_kept import SqlKept
from agent.store.ledger_said import SqlSaid

Node = tuple[str, str]

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


class SqlPeople(SqlSaid, SqlKept):
    """The resolving part of an import's or undo's transaction (`customers.importing.ports.People`)."""

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
        """Shopify rows know neither member numbers nor LINE ids, and events name people only: then no order needs looking at."""
        other = self._run(
            "select 1 from imports where shop_id = ? and platform not in ('shopify', 'events') limit 1",
            self._shop,
        ).first()
        return other is None and getattr(self, "_platform", "") in ("shopify", "events")

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
