"""Rows the store knows already: found unchanged, replaced and remembered, or given back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Index, func, select

from agent.store.bulk import insert_rows
from agent.store.ledger_people import SqlPeople
from agent.store.ledger_rows import (
    KINDS,
    LINES,
    ORDERS,
    documents,
    forget,
    put_back,
    remember,
    remembered,
    remove,
    some_of,
)


@dataclass(slots=True)
class SqlTotals:
    """What this run's files came to (`customers.importing.ports.Totals`)."""

    customers: int = 0
    orders: int = 0
    order_lines: int = 0
    revenue_orders: int = 0
    net_revenue_yen: int = 0
    products: int = 0
    variants: int = 0
    events: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    outdated: int = 0


class SqlKnown(SqlPeople):
    """What one import does to rows that stood in the store before it."""

    def __init__(
        self,
        connection: Connection,
        shop_id: str,
        import_id: str,
        *,
        platform: str,
        at: datetime,
        sequence: int,
    ) -> None:
        super().__init__(connection, shop_id, import_id, at=at)
        self._platform, self._sequence = platform, sequence
        self._rests_on: set[str] = set()
        self._sums = SqlTotals()
        self._found: list[tuple[str, str]] = []
        self._looked = False
        self._aside: list[Index] = []
        self._temporary("okaeri_seen", "kind text, record_key text, primary key (kind, record_key)")

    def _known(self, kind: str, keys: Sequence[str]) -> dict[str, Any]:
        table, key, _ = KINDS[kind]
        names = [key, "import_id", "content_hash"]
        names += {
            "order": ["customer_id", "source_file", "status", "cancelled_at", "fulfilled_at", "refunded_yen"],
            "record": ["customer_id", "withdrawn", "source"],
        }.get(kind, [])
        found: dict[str, Any] = {}
        for some in some_of(keys):
            query = select(*(table.c[name] for name in names)).where(
                table.c.shop_id == self._shop, table.c[key].in_(some)
            )
            for row in self._connection.execute(query):
                found[row[0]] = row
        return found

    def _note_unchanged(self, kind: str, key: str, import_id: str) -> None:
        if import_id != self._import_id:
            self._rests_on.add(import_id)
        self._found.append((kind, key))
        if len(self._found) >= 5_000:
            self._write_found()

    def _write_found(self) -> None:
        if self._found:
            conflict = "on conflict do nothing"
            insert_rows(
                self._connection, "okaeri_seen", ("kind", "record_key"), self._found, conflict=conflict
            )
            self._found.clear()

    def _replace(self, kind: str, keys: Sequence[str], known: Mapping[str, Any]) -> None:
        """Remember rows as they were and take them away to make room. A row of this very run is simply overwritten."""
        self._names_changed = True
        earlier = [key for key in keys if known[key].import_id != self._import_id]
        if earlier:
            remember(
                self._connection,
                self._shop,
                self._import_id,
                kind,
                documents(self._connection, self._shop, kind, earlier),
            )
            self._rests_on.update(known[key].import_id for key in earlier)
        own = [key for key in keys if known[key].import_id == self._import_id]
        if own and kind == "order":
            self.take_back_orders(own)
            self._note_changed_twice(own)
        elif own:
            remove(self._connection, self._shop, kind, own)
        self._touch(known[key].customer_id for key in keys if kind != "product" and known[key].customer_id)
        self._became(
            kind, {key: known[key].customer_id for key in keys if kind == "record" and known[key].customer_id}
        )
        remove(self._connection, self._shop, kind, earlier)

    def _note_changed_twice(self, keys: Sequence[str]) -> None:
        """Two files of one run hold the order: taking the first back restored what stood before the run."""
        known = self._known("order", keys)
        if known:
            self._replace("order", list(known), known)

    def _give_back(self, kind: str, keys: Sequence[str]) -> int:
        """Take rows of this run away; what they replaced (how many is returned) stands again and is forgotten here."""
        gone, self._names_changed = set(keys), True
        before = [
            (key, kept)
            for key, kept in remembered(self._connection, self._shop, self._import_id, kind)
            if key in gone
        ]
        remove(self._connection, self._shop, kind, keys)
        put_back(self._connection, kind, [kept for _, kept in before])
        forget(self._connection, self._shop, self._import_id, kind, [key for key, _ in before])
        return len(before)

    def take_back_orders(self, order_ids: Sequence[str]) -> None:
        """Undo this run's taking of orders; what they replaced stands again."""
        for some in some_of(list(dict.fromkeys(order_ids))):
            mine = (
                ORDERS.c.shop_id == self._shop,
                ORDERS.c.order_id.in_(some),
                ORDERS.c.import_id == self._import_id,
            )
            rows = self._connection.execute(
                select(ORDERS.c.order_id, ORDERS.c.is_revenue, ORDERS.c.net_yen).where(*mine)
            ).all()
            ids = [row.order_id for row in rows]
            count = (
                select(func.count())
                .select_from(LINES)
                .where(LINES.c.shop_id == self._shop, LINES.c.order_id.in_(ids))
            )
            self._sums.order_lines -= self._connection.scalar(count) or 0
            self._sums.orders -= len(rows)
            self._sums.revenue_orders -= sum(row.is_revenue for row in rows)
            self._sums.net_revenue_yen -= sum(row.net_yen for row in rows)
            replaced = self._give_back("order", ids)
            self._sums.changed -= replaced
            self._sums.new -= len(ids) - replaced
