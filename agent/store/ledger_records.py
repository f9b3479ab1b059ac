"""Take customer rows and products in: new ones, and known ones when they say something else."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from agent.store.bulk import insert_rows, plain_value
from agent.store.ledger_known import SqlKnown
from agent.store.ledger_rows import KINDS, documents, put_back, some_of


class SqlRecords(SqlKnown):
    """The part of an import that takes customer rows and products in."""

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


def _stored(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else plain_value(value)


def _newer(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether the stored row was updated after the one that now arrives (EC-CUBE's 更新日)."""
    one, other = before.get("updated_at"), after.get("updated_at")
    return bool(one and other and one > other)
