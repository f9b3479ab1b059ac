"""Take one import's rows in: new ones fast, known ones compared, replaced ones remembered."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from sqlalchemy import Connection, Index, Table, func, select

from agent.domain.identity import Person
from agent.store.bulk import insert_frame, insert_rows, plain_value
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
    table_of,
)
from agent.store.tables import Consent, Customer, Identity, Import

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
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    outdated: int = 0


class SqlImportTransaction(SqlPeople):
    """One import inside an open transaction (`customers.importing.ports.ImportTransaction`)."""

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

    # -- orders

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

    # -- customer rows and products

    def add_records(self, records: Sequence[Mapping[str, Any]]) -> None:
        """Take customer rows in. Who once withdrew stays withdrawn, whatever a later file says."""
        for some in some_of(records, 5_000):
            known = self._known("record", [record["record_key"] for record in some])
            kept: list[Mapping[str, Any]] = []
            for record in some:
                before = known.get(record["record_key"])
                if before is None:
                    kept.append(record)
                    self._sums.new += 1
                elif before.content_hash == record["content_hash"]:
                    self._note_unchanged("record", record["record_key"], before.import_id)
                elif _newer(before.source, record["source"]):
                    self._note_unchanged("record", record["record_key"], before.import_id)
                    self._sums.outdated += 1
                    if record["withdrawn"] and not before.withdrawn:
                        self._withdraw(record["record_key"], before)
                else:
                    kept.append({**record, "withdrawn": record["withdrawn"] or before.withdrawn})
                    self._replace("record", [record["record_key"]], known)
                    self._sums.changed += 1
            self._insert("record", kept)

    def _withdraw(self, record_key: str, before: Any) -> None:
        """An older row says 退会: the newer one keeps its words, but not the right to be written to."""
        (_, stored), *_ = documents(self._connection, self._shop, "record", [record_key])
        self._replace("record", [record_key], {record_key: before})
        row = {**stored["row"], "withdrawn": True, "import_id": self._import_id}
        put_back(self._connection, "record", [{"row": row, "parts": []}])

    def add_products(
        self, products: Sequence[Mapping[str, Any]], variants: Sequence[Mapping[str, Any]]
    ) -> None:
        """Take products in with all their variants; a changed product is replaced with its variants."""
        parts: dict[str, list[Mapping[str, Any]]] = {}
        for variant in variants:
            parts.setdefault(variant["product_id"], []).append(variant)
        known = self._known("product", [product["product_id"] for product in products])
        kept = []
        for product in products:
            before = known.get(product["product_id"])
            if before is not None and before.content_hash == product["content_hash"]:
                self._note_unchanged("product", product["product_id"], before.import_id)
                continue
            if before is not None:
                self._replace("product", [product["product_id"]], known)
            self._sums.changed += before is not None
            self._sums.new += before is None
            kept.append(product)
        self._insert("product", kept)
        pieces = [part for product in kept for part in parts.get(product["product_id"], [])]
        self._insert_parts(pieces)

    def _insert_parts(self, variants: Sequence[Mapping[str, Any]]) -> None:
        """Variants whose id another product already holds get one that names their product."""
        table = KINDS["product"][2]
        assert table is not None  # noqa: S101
        taken: set[str] = set()
        ids = [variant["variant_id"] for variant in variants]
        for some in some_of(ids):
            query = select(table.c.variant_id).where(
                table.c.shop_id == self._shop, table.c.variant_id.in_(some)
            )
            taken.update(self._connection.scalars(query))
        rows = [
            {
                **v,
                "shop_id": self._shop,
                "variant_id": f"{v['product_id']}#{v['variant_id']}"
                if v["variant_id"] in taken
                else v["variant_id"],
            }
            for v in variants
        ]
        if rows:
            self._connection.execute(table.insert(), rows)

    def _insert(self, kind: str, rows: Sequence[Mapping[str, Any]]) -> None:
        if not rows:
            return
        table = KINDS[kind][0]
        columns = [name for name in rows[0] if name not in ("shop_id", "import_id")]
        values = [[_stored(row[name]) for name in columns] for row in rows]
        own = {"shop_id": self._shop, "import_id": self._import_id}
        if kind == "record":
            self._name(row["customer_id"] for row in rows)
        insert_rows(self._connection, table.name, columns, values, constants=own)

    # -- known rows

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

    # -- the end

    def totals(self) -> SqlTotals:
        """Sums over this run's files: rows it brought and rows it found unchanged."""
        self._write_found()
        found_again = int(self._run("select count(*) from okaeri_seen").scalar_one())
        if found_again:
            self._add_found_again(found_again)
        self._sums.customers = int(self._run("select count(*) from okaeri_named").scalar_one())
        self._sums.products, self._sums.variants = self._products_in_files()
        return self._sums

    def _add_found_again(self, found_again: int) -> None:
        """Orders and people of rows that stood in the store already count as well."""
        seen = self._connection.exec_driver_sql(
            self._sql(
                "select count(*), coalesce(sum(case when o.is_revenue then 1 else 0 end), 0), coalesce(sum(o.net_yen), 0) "
                "from okaeri_seen s join orders o on o.shop_id = ? and o.order_id = s.record_key "
                "where s.kind = 'order' and o.import_id <> ?"
            ),
            (self._shop, self._import_id),
        ).one()
        lines = self._connection.exec_driver_sql(
            self._sql(
                "select count(*) from okaeri_seen s join orders o on o.shop_id = ? and o.order_id = s.record_key "
                "join order_lines l on l.shop_id = o.shop_id and l.order_id = o.order_id where s.kind = 'order' and o.import_id <> ?"
            ),
            (self._shop, self._import_id),
        ).scalar_one()
        sums = self._sums
        sums.orders += int(seen[0])
        sums.revenue_orders += int(seen[1])
        sums.net_revenue_yen += int(seen[2])
        sums.order_lines += int(lines)
        sums.unchanged = found_again - sums.outdated
        for kind, table, key in (
            ("order", "orders", "order_id"),
            ("record", "customer_records", "record_key"),
        ):
            self._run(
                f"insert into okaeri_named select distinct r.customer_id from okaeri_seen s join {table} r on r.shop_id = ? "
                f"and r.{key} = s.record_key where s.kind = ? and r.customer_id is not null on conflict do nothing",
                self._shop,
                kind,
            )

    def _products_in_files(self) -> tuple[int, int]:
        named = (
            "select product_id from products where shop_id = ? and import_id = ? "
            "union select record_key from okaeri_seen where kind = 'product'"
        )
        own = (self._shop, self._import_id)
        products = self._connection.exec_driver_sql(
            self._sql(f"select count(*) from ({named}) as named"), own
        ).scalar_one()
        variants = self._connection.exec_driver_sql(
            self._sql(f"select count(*) from variants where shop_id = ? and product_id in ({named})"),
            (self._shop, *own),
        ).scalar_one()
        return int(products), int(variants)

    def finish(self, *, files: Sequence[str], report: Mapping[str, Any]) -> None:
        """Write the import's own row, which earlier imports it rests on, and which drafts were there before it."""
        self._note_earlier_drafts()
        self._connection.execute(
            table_of(Import)
            .insert()
            .values(
                shop_id=self._shop,
                import_id=self._import_id,
                sequence=self._sequence,
                platform=self._platform,
                files=list(files),
                report=dict(report),
                state="done",
                rests_on=sorted(self._rests_on),
                started_at=self._at,
                finished_at=self._at,
            )
        )

    def _note_earlier_drafts(self) -> None:
        """Drafts about these people or products that were written before: they do not rest on this import."""
        brings_products = self._sums.products > 0
        condition = "" if brings_products else " and customer_id in (select customer_id from okaeri_touched)"
        rows = self._run(f"select draft_id from drafts where shop_id = ?{condition}", self._shop).all()
        remember(
            self._connection, self._shop, self._import_id, "draft_before", [(row[0], {}) for row in rows]
        )


def _stored(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else plain_value(value)


def _newer(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether the stored row was updated after the one that now arrives (EC-CUBE's 更新日)."""
    one, other = before.get("updated_at"), after.get("updated_at")
    return bool(one and other and one > other)


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
