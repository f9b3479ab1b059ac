"""Which product lines belong to orders, and in which category does today's catalogue keep them?"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import BindParameter, Connection, Row, Select, bindparam, select

from agent.domain.history import LineRecord
from agent.store.tables import OrderLine, Product, Variant

VALUES_AT_A_TIME = 1_000
"""Values in one `in (…)`: far below the 32,766 variables SQLite allows."""


def lines_of(connection: Connection, shop_id: str, order_ids: Sequence[str]) -> dict[str, list[LineRecord]]:
    """The product lines of orders, by order id, in the order of the receipt."""
    rows = [
        row
        for some in some_of(order_ids)
        for row in connection.execute(_LINES, {"shop": shop_id, "keys": some})
    ]
    category_of = _Categories(connection, shop_id, rows)
    lines: dict[str, list[LineRecord]] = {}
    for row in rows:
        lines.setdefault(row.order_id, []).append(
            LineRecord(
                line_no=row.line_no,
                sku=row.sku,
                title=row.title,
                variant=row.variant,
                quantity=row.quantity,
                unit_price_yen=row.unit_price_yen,
                category=category_of(row),
            )
        )
    return lines


def some_of(values: Iterable[str]) -> Iterator[list[str]]:
    """The different values, a thousand at a time, for `in (…)`."""
    different = list(dict.fromkeys(values))
    for start in range(0, len(different), VALUES_AT_A_TIME):
        yield different[start : start + VALUES_AT_A_TIME]


_KEYS: BindParameter[Any] = bindparam("keys", expanding=True)
_LINES = (
    select(
        OrderLine.order_id,
        OrderLine.line_no,
        OrderLine.sku,
        OrderLine.product_id,
        OrderLine.title,
        OrderLine.variant,
        OrderLine.quantity,
        OrderLine.unit_price_yen,
    )
    .where(OrderLine.shop_id == bindparam("shop"), OrderLine.order_id.in_(_KEYS))
    .order_by(OrderLine.order_id, OrderLine.line_no)
)
_BY_ID = select(Product.product_id, Product.category).where(
    Product.shop_id == bindparam("shop"), Product.product_id.in_(_KEYS)
)
_BY_TITLE = select(Product.title, Product.category).where(
    Product.shop_id == bindparam("shop"), Product.title.in_(_KEYS)
)
_BY_SKU = (
    select(Variant.sku, Product.category)
    .join(Product, (Product.shop_id == Variant.shop_id) & (Product.product_id == Variant.product_id))
    .where(Variant.shop_id == bindparam("shop"), Variant.sku.in_(_KEYS))
)
"""Asked for every chart; built once."""


class _Categories:
    """The category of a line's product: by product id, else by SKU, else by exact title."""

    def __init__(self, connection: Connection, shop_id: str, rows: Sequence[Row[*tuple[Any, ...]]]) -> None:
        self._by_id = _looked_up(connection, _BY_ID, shop_id, (row.product_id for row in rows))
        self._by_sku = _looked_up(connection, _BY_SKU, shop_id, (row.sku for row in rows))
        self._by_title = _looked_up(connection, _BY_TITLE, shop_id, (row.title for row in rows))

    def __call__(self, row: Row[*tuple[Any, ...]]) -> str | None:
        return self._by_id.get(row.product_id) or self._by_sku.get(row.sku) or self._by_title.get(row.title)


def _looked_up(
    connection: Connection, query: Select[*tuple[Any, ...]], shop_id: str, keys: Iterable[str | None]
) -> dict[str | None, str | None]:
    found: dict[str | None, str | None] = {}
    for some in some_of(key for key in keys if key):
        found.update((row[0], row[1]) for row in connection.execute(query, {"shop": shop_id, "keys": some}))
    return found
