"""What did everybody, or did these few, buy and do up to a day? As Arrow, for computing."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, Engine, Select, select

from agent.store.arrow import ABSENT, everything, few_at_a_time, some
from agent.store.engine import READ_ONLY
from agent.store.tables import Product, Variant

ORDERS: Final = pa.schema(
    [
        ("customer_id", pa.string()),
        ("order_key", pa.string()),
        ("ordered_on", pa.date32()),
        ("net_yen", pa.int64()),
        ("discount_yen", pa.int64()),
        ("refunded_yen", pa.int64()),
    ]
)

LINES: Final = pa.schema(
    [
        ("customer_id", pa.string()),
        ("ordered_on", pa.date32()),
        ("sku", pa.string()),
        ("quantity", pa.int64()),
        ("net_yen", pa.int64()),
        ("discount_yen", pa.int64()),
        ("category", pa.string()),
    ]
)

EVENTS: Final = pa.schema(
    [
        ("event_id", pa.string()),
        ("customer_id", pa.string()),
        ("kind", pa.string()),
        ("happened_on", pa.date32()),
        ("happened_at", pa.timestamp("us")),
        ("sku", pa.string()),
        ("value", pa.int64()),
    ]
)

_READ_LINES: Final = pa.schema(
    [*list(LINES)[:-1], ("own_sku", pa.string()), ("product_id", pa.string()), ("title", pa.string())]
)

_COUNTED: Final = "o.shop_id = :shop and o.customer_id {whom} and o.is_revenue and o.currency = 'JPY' and o.ordered_on < :before"

_ORDERS_SQL: Final = (
    "select o.customer_id as customer_id, o.order_id as order_key, o.ordered_on as ordered_on, "
    "cast(o.net_yen as bigint) as net_yen, cast(o.discount_yen as bigint) as discount_yen, "
    f"cast(o.refunded_yen as bigint) as refunded_yen from orders o where {_COUNTED}"
)

_LINES_SQL: Final = (
    "select o.customer_id as customer_id, o.ordered_on as ordered_on, "
    "coalesce(nullif(l.sku, ''), nullif(l.product_id, ''), l.title) as sku, "
    "cast(l.quantity as bigint) as quantity, cast(coalesce(l.unit_price_yen, 0) * l.quantity - l.discount_yen as bigint) as net_yen, "
    "cast(l.discount_yen as bigint) as discount_yen, coalesce(l.sku, '') as own_sku, coalesce(l.product_id, '') as product_id, "
    f"l.title as title from orders o join order_lines l on l.shop_id = o.shop_id and l.order_id = o.order_id where {_COUNTED}"
)

_EVENTS_SQL: Final = (
    "select e.event_id as event_id, e.customer_id as customer_id, e.kind as kind, e.happened_on as happened_on, "
    f"e.happened_at as happened_at, coalesce(e.sku, '') as sku, cast(coalesce(e.value, {ABSENT}) as bigint) as value "
    "from events e where e.shop_id = :shop and e.customer_id {whom} and e.happened_on < :before"
)


class SqlPurchaseHistory:
    """`agent.ports.PurchaseHistory` on SQLite and PostgreSQL; every read is its own transaction without a write lock."""

    def __init__(self, engine: Engine, *, shop_id: str) -> None:
        self._engine = engine.execution_options(**{READ_ONLY: True})
        self.shop_id = shop_id

    def orders(
        self, *, before: date, customer_ids: Sequence[str] | None = None
    ) -> AbstractContextManager[pa.RecordBatchReader]:
        """Revenue orders in yen that belong to somebody, one row each."""
        return self._read(_ORDERS_SQL, ORDERS, before, customer_ids)

    @contextmanager
    def lines(
        self, *, before: date, customer_ids: Sequence[str] | None = None
    ) -> Iterator[pa.RecordBatchReader]:
        """Product lines of those orders, with the category today's catalogue keeps the product in."""
        with self._read(_LINES_SQL, _READ_LINES, before, customer_ids) as read:
            batches: Iterable[pa.RecordBatch] = read
            if customer_ids is not None:
                batches = list(read)
            with self._engine.connect() as connection:
                catalogue = _Catalogue(
                    connection, self.shop_id, None if customer_ids is None else list(batches)
                )
            named = (catalogue.with_category(batch) for batch in batches)
            yield pa.RecordBatchReader.from_batches(LINES, named)

    def events(
        self, *, before: date, customer_ids: Sequence[str] | None = None
    ) -> AbstractContextManager[pa.RecordBatchReader]:
        """What they did besides."""
        return self._read(_EVENTS_SQL, EVENTS, before, customer_ids)

    def _read(
        self, sql: str, schema: pa.Schema, before: date, customer_ids: Sequence[str] | None
    ) -> AbstractContextManager[pa.RecordBatchReader]:
        values = {"shop": self.shop_id, "before": before.isoformat()}
        if customer_ids is None:
            return everything(self._engine, sql.format(whom="is not null"), values, schema)
        ids = list(dict.fromkeys(customer_ids))
        return some(self._engine, sql.format(whom="in :ids"), values, schema, ids=ids)


class _Catalogue:
    """The category of a line's product: by product id, else by SKU, else by exact title (cf. `lines_bought`).

    lines: look up what these name, and nothing else; None: take the whole catalogue.
    """

    def __init__(
        self, connection: Connection, shop_id: str, lines: Sequence[pa.RecordBatch] | None = None
    ) -> None:
        def known(key: str, query: Select[*tuple[Any, ...]]) -> dict[str, str]:
            if lines is None:
                return {row[0]: row[1] for row in connection.execute(query)}
            named = {name for batch in lines for name in batch.column(key).to_pylist() if name}
            found: dict[str, str] = {}
            for few in few_at_a_time(sorted(named)):
                asked = query.where(query.selected_columns[0].in_(few))
                found.update((row[0], row[1]) for row in connection.execute(asked))
            return found

        mine = Product.shop_id == shop_id, Product.category.is_not(None)
        same = (Product.shop_id == Variant.shop_id) & (Product.product_id == Variant.product_id)
        sold = select(Variant.sku, Product.category).join(Product, same)
        self._by = {
            "product_id": known("product_id", select(Product.product_id, Product.category).where(*mine)),
            "own_sku": known(
                "own_sku", sold.where(Variant.shop_id == shop_id, Variant.sku.is_not(None), mine[1])
            ),
            "title": known("title", select(Product.title, Product.category).where(*mine)),
        }

    def with_category(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The batch in the columns of `LINES`."""
        found = [_looked_up(batch.column(name), known) for name, known in self._by.items() if known]
        category = pc.coalesce(*found) if found else pa.nulls(len(batch), pa.string())
        kept = [batch.column(name) for name in LINES.names[:-1]]
        return pa.RecordBatch.from_arrays([*kept, category], schema=LINES)


def _looked_up(keys: pa.Array, known: dict[str, str]) -> pa.Array:
    place = pc.index_in(keys, value_set=pa.array(known.keys(), pa.string()), skip_nulls=True)
    return pa.array(known.values(), pa.string()).take(place)
