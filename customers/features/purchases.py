"""Who bought what when, kept compactly and sorted customer by customer?"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import ibis.expr.schema as sch
import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Small = NDArray[np.int32]

EPOCH: Final = date(1970, 1, 1)

ORDERS: Final = {
    "customer_id": "string",
    "order_key": "string",
    "ordered_on": "date",
    "net_yen": "int64",
    "discount_yen": "int64",
    "refunded_yen": "int64",
}
"""The orders table the definitions are written on: a row an order, or a return when net_yen < 0."""

LINES: Final = {
    "customer_id": "string",
    "ordered_on": "date",
    "sku": "string",
    "quantity": "int64",
    "net_yen": "int64",
    "discount_yen": "int64",
    "category": "string",
}
"""The lines table: a row a product of an order."""

EVENTS: Final = {
    "event_id": "string",
    "customer_id": "string",
    "kind": "string",
    "happened_on": "date",
    "happened_at": "timestamp(6)",
    "sku": "string",
    "value": "int64",
}
"""The events table: a row a thing somebody did. Moments are Tokyo local time."""


def schema(columns: dict[str, str], *, coded: bool = False) -> sch.Schema:
    """One of the tables above as Ibis knows it. coded: customers (and products of lines) are numbers, as `Purchases` hands
    them out."""
    numbers = ("customer_id", "sku") if columns is LINES else ("customer_id",)
    return sch.schema(columns | (dict.fromkeys(numbers, "int32") if coded else {}))


@dataclass(frozen=True, slots=True)
class OrderRows:
    """Orders and returns, sorted by customer, then by moment; all arrays of one length.

    customer: code, the place in `Purchases.ids`.    day: since 1970-01-01 in Tokyo.    net, discount, refunded: yen, refunded None
    when nothing was.
    """

    customer: Small
    day: Small
    net: Whole
    discount: Whole
    refunded: Whole | None = None


@dataclass(frozen=True, slots=True)
class LineRows:
    """Product lines, sorted by customer, then by moment. sku: place in `skus`, -1 where none is named.

    quantity: None when every line is one piece.    category: place in `categories`, -1 where unknown; None when no line has one.
    """

    customer: Small
    day: Small
    sku: Small
    net: Whole
    discount: Whole
    skus: pl.Series
    quantity: Whole | None = None
    category: Small | None = None
    categories: pl.Series = field(default_factory=lambda: pl.Series([], dtype=pl.String))


@dataclass(frozen=True, slots=True)
class Purchases:
    """Everybody's purchases. Ten million orders take some 250 MB, their lines as much again.

    ids: customer ids in the type they came in, by code.    lines: None when the source names no products.
    """

    ids: pl.Series
    orders: OrderRows
    lines: LineRows | None = None

    def __len__(self) -> int:
        """How many customers."""
        return len(self.ids)

    @property
    def last_day(self) -> date | None:
        """The day of the newest row, None when there is none."""
        days = self.orders.day
        return date.fromordinal(EPOCH.toordinal() + int(days.max())) if len(days) else None

    @property
    def first_day(self) -> date | None:
        """The day of the oldest row, None when there is none."""
        days = self.orders.day
        return date.fromordinal(EPOCH.toordinal() + int(days.min())) if len(days) else None

    def spans(self, rows_at_a_time: int) -> Iterator[tuple[int, int]]:
        """Customers in runs of neighbouring codes [start, stop) with about so many orders, at least one customer each."""
        ends = np.searchsorted(self.orders.customer, np.arange(1, len(self) + 1, dtype=np.int32))
        start = 0
        while start < len(self):
            reached = int(ends[start - 1]) if start else 0
            stop = max(start + 1, int(np.searchsorted(ends, reached + rows_at_a_time, side="right")))
            yield start, min(stop, len(self))
            start = stop

    def codes(self, customer_ids: pl.Series) -> Small:
        """The codes of customer ids that are here, ascending; others are left out."""
        here = pl.DataFrame({"customer_id": self.ids}).with_row_index("code")
        found = here.join(pl.DataFrame({"customer_id": customer_ids.unique()}), on="customer_id", how="semi")
        return found["code"].cast(pl.Int32).to_numpy()

    def some(self, codes: Small) -> "Purchases":
        """The purchases of these customers alone. codes: ascending, without repeats."""
        new = np.full(len(self), -1, dtype=np.int32)
        new[codes] = np.arange(len(codes), dtype=np.int32)
        kept = new[self.orders.customer] >= 0
        orders = OrderRows(
            new[self.orders.customer[kept]],
            self.orders.day[kept],
            self.orders.net[kept],
            self.orders.discount[kept],
            None if self.orders.refunded is None else self.orders.refunded[kept],
        )
        lines = self.lines
        if lines is not None:
            kept = new[lines.customer] >= 0
            lines = LineRows(
                new[lines.customer[kept]],
                lines.day[kept],
                lines.sku[kept],
                lines.net[kept],
                lines.discount[kept],
                lines.skus,
                None if lines.quantity is None else lines.quantity[kept],
                None if lines.category is None else lines.category[kept],
                lines.categories,
            )
        return Purchases(self.ids.gather(codes), orders, lines)

    def orders_table(
        self, *, before: date | None = None, span: tuple[int, int] | None = None, coded: bool = False
    ) -> pa.Table:
        """Orders in the columns of `ORDERS`, of a run of customers, seen strictly before a day.

        coded: customer_id holds codes (int32) instead of ids as text: ten times faster to group by.
        """
        rows = self.orders
        seen = _seen(rows.customer, rows.day, before, span)
        customer = rows.customer[seen]
        net = rows.net[seen]
        refunded = np.zeros(len(net), dtype=np.int64) if rows.refunded is None else rows.refunded[seen]
        places = np.arange(len(rows.customer), dtype=np.int64)[seen]
        keys = pa.nulls(len(net), pa.string()) if coded else pl.Series(places).cast(pl.String).to_arrow()
        return _table(
            ORDERS,
            [
                customer if coded else self._named(customer),
                keys,
                _days(rows.day[seen]),
                net,
                rows.discount[seen],
                refunded,
            ],
        )

    def lines_table(
        self, *, before: date | None = None, span: tuple[int, int] | None = None, coded: bool = False
    ) -> pa.Table:
        """Product lines in the columns of `LINES`; empty when the source names no products. See `orders_table`.

        coded: sku holds places in `lines.skus` as well.
        """
        rows = self.lines
        if rows is None:
            code = pa.int32() if coded else pa.string()
            kinds = (code, pa.date32(), code, pa.int64(), pa.int64(), pa.int64(), pa.string())
            return pa.table([pa.array([], kind) for kind in kinds], names=list(LINES))
        seen = _seen(rows.customer, rows.day, before, span)
        customer = rows.customer[seen]
        quantity = np.ones(len(customer), dtype=np.int64) if rows.quantity is None else rows.quantity[seen]
        return _table(
            LINES,
            [
                customer if coded else self._named(customer),
                _code_or_null(rows.sku[seen]) if coded else _looked_up(rows.skus, rows.sku[seen]),
                _days(rows.day[seen]),
                quantity,
                rows.net[seen],
                rows.discount[seen],
                pa.nulls(len(customer), pa.string())
                if rows.category is None
                else _looked_up(rows.categories, rows.category[seen]),
            ],
            order=("customer_id", "sku", "ordered_on", "quantity", "net_yen", "discount_yen", "category"),
        )

    def _named(self, customer: Small) -> pa.Array:
        return _looked_up(self.ids.cast(pl.String), customer)


def _table(columns: dict[str, str], arrays: list[object], order: tuple[str, ...] | None = None) -> pa.Table:
    made = dict(zip(order or tuple(columns), map(_arrow, arrays), strict=True))
    return pa.table({name: made[name] for name in columns})


def _seen(
    customer: Small, day: Small, before: date | None, span: tuple[int, int] | None
) -> slice | NDArray[np.intp]:
    """Which rows: a slice where one will do, so that nothing is copied."""
    first, last = (
        (0, len(customer)) if span is None else np.searchsorted(customer, np.array(span, dtype=np.int32))
    )
    run = slice(int(first), int(last))
    if before is None:
        return run
    visible = day[run] < (before - EPOCH).days
    return run if visible.all() else np.flatnonzero(visible) + int(first)


def _days(day: Small) -> pa.Array:
    return _arrow(day).view(pa.date32())


def _arrow(values: object) -> pa.Array:
    """A NumPy array as Arrow, nothing copied. (`pa.array` would load pandas first: a second and a half.)"""
    if not isinstance(values, np.ndarray):
        return values
    kind = pa.int32() if values.dtype == np.int32 else pa.int64()
    plain = np.ascontiguousarray(values)
    return pa.Array.from_buffers(kind, len(plain), [None, pa.py_buffer(plain)])


def _code_or_null(places: Small) -> pa.Array:
    codes = pl.Series(places)
    return codes.set(codes < 0, None).to_arrow()


def _looked_up(words: pl.Series, places: Small) -> pa.Array:
    """Words by place, null where the place is -1."""
    index = pl.Series(places)
    return words.gather(index.set(index < 0, None)).to_arrow().cast(pa.string())
