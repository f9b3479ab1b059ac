"""Take orders in: new ones fast, known ones compared."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl
from sqlalchemy import Table

from agent.domain.identity import Person
from agent.store.bulk import insert_frame
from agent.store.ledger_known import SqlKnown
from agent.store.ledger_rows import LINES, ORDERS, table_of
from agent.store.tables import Consent, Customer, Identity

_STATUS_ORDER = (
    "pending",
    "authorized",
    "partially_paid",
    "paid",
    "partially_refunded",
    "refunded",
    "voided",
)
"""How far a Shopify order has come. A file that shows an earlier state is older, whenever it arrives."""

CACHE_KB = 32_000
"""SQLite's page cache while a first import is written; bounded, whatever the file's length."""


class SqlOrders(SqlKnown):
    """The part of an import that takes orders in."""

    def _set_indexes_aside(self) -> None:
        """Into an empty table rows go twice as fast without indexes; they are made again before people are resolved."""
        self._looked = True
        if not self._lite or self._run("select 1 from orders limit 1").first() is not None:
            return
        self._connection.exec_driver_sql(f"pragma cache_size = -{CACHE_KB}")
        if self._run("select 1 from customers limit 1").first() is None:
            tables: tuple[Table, ...] = (
                ORDERS,
                LINES,
                table_of(Customer),
                table_of(Identity),
                table_of(Consent),
            )
        else:
            tables = (ORDERS, LINES)
        for table in tables:
            for index in sorted(table.indexes, key=lambda index: str(index.name)):
                index.drop(self._connection)
                self._aside.append(index)

    def assign(self, person_of: Mapping[tuple[str, str], str]) -> None:
        """Give every row whose leading identity is listed its customer id, and remember who became whom."""
        self._make_indexes(ORDERS, LINES)
        super().assign(person_of)

    def put_people(self, people: Iterable[Person]) -> None:
        """Store touched people as they are now, and remove those who are gone."""
        super().put_people(people)
        self._make_indexes(*(index.table for index in self._aside))

    def _make_indexes(self, *tables: Table | None) -> None:
        for index in [index for index in self._aside if index.table in tables]:
            index.create(self._connection)
            self._aside.remove(index)

    def add_orders(self, orders: pl.DataFrame, lines: pl.DataFrame) -> list[str]:
        """Take orders in with their lines. Returns ids this run already took from the same file."""
        if orders.is_empty():
            return []
        if not self._looked:
            self._set_indexes_aside()
        again: list[str] = []
        known = self._known_orders(orders["order_id"])
        if not known:
            self._insert_orders(orders, lines)
            self._sums.new += len(orders)
            return again
        fresh, changed = [], []
        for at, (order_id, seal) in enumerate(zip(orders["order_id"], orders["content_hash"], strict=True)):
            before = known.get(order_id)
            if before is None:
                fresh.append(at)
            elif before.import_id == self._import_id and before.source_file == orders["source_file"][at]:
                again.append(order_id)
            elif before.content_hash == seal:
                self._note_unchanged("order", order_id, before.import_id)
            elif _progress(before) > _progress_of(orders, at):
                self._note_unchanged("order", order_id, before.import_id)
                self._sums.outdated += 1
            else:
                changed.append(at)
        self._replace("order", [orders["order_id"][at] for at in changed], known)
        kept = orders[[*fresh, *changed]]
        of_kept = lines.filter(pl.col("order_id").is_in(kept["order_id"].to_list()))
        self._insert_orders(kept, of_kept)
        self._sums.new += len(fresh)
        self._sums.changed += len(changed)
        return again

    def _insert_orders(self, orders: pl.DataFrame, lines: pl.DataFrame) -> None:
        if orders.is_empty():
            return
        own = {"shop_id": self._shop, "import_id": self._import_id}
        insert_frame(self._connection, "orders", orders, constants=own)
        insert_frame(self._connection, "order_lines", lines, constants={"shop_id": self._shop})
        self._name(orders["customer_id"].unique().to_list())
        self._sums.orders += len(orders)
        self._sums.order_lines += len(lines)
        self._sums.revenue_orders += int(orders["is_revenue"].sum())
        self._sums.net_revenue_yen += int(orders["net_yen"].sum())

    def _known_orders(self, order_ids: pl.Series) -> dict[str, Any]:
        """Orders the store has among these: one look at the index for all, so that a first import pays little for asking."""
        listed = order_ids.to_list()
        sql, keys = "select value from json_each(?)", json.dumps(listed)
        if not self._lite:
            sql, keys = "select unnest(cast(? as text[]))", listed  # type: ignore[assignment]
        query = f"select o.order_id from ({sql}) as asked (order_id) join orders o on o.shop_id = ? and o.order_id = asked.order_id"
        if self._lite:
            query = f"select order_id from orders where order_id in ({sql}) and shop_id = ?"
        found = [row[0] for row in self._run(query, keys, self._shop)]
        return self._known("order", found) if found else {}


def _progress(row: Any) -> tuple[bool, int, int, bool]:
    rank = _STATUS_ORDER.index(row.status) if row.status in _STATUS_ORDER else -1
    return row.cancelled_at is not None, row.refunded_yen, rank, row.fulfilled_at is not None


def _progress_of(orders: pl.DataFrame, at: int) -> tuple[bool, int, int, bool]:
    status = orders["status"][at]
    rank = _STATUS_ORDER.index(status) if status in _STATUS_ORDER else -1
    return (
        orders["cancelled_at"][at] is not None,
        orders["refunded_yen"][at],
        rank,
        orders["fulfilled_at"][at] is not None,
    )
