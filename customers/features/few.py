"""What do a few customers' rows add up to, in milliseconds? For one chart page, where `session` would plan longer than compute."""

from datetime import date
from functools import cache
from threading import Lock
from typing import Final

import duckdb
import polars as pl
import pyarrow as pa

from customers.features.purchases import EVENTS, ORDERS, Purchases
from customers.features.session import accumulators_sql, by_customer, typed

_TYPES: Final = {
    "int32": "integer",
    "int64": "bigint",
    "string": "varchar",
    "date": "date",
    "timestamp(6)": "timestamp",
}


def accumulate_few(purchases: Purchases, *, before: date, events: pa.Table | None = None) -> pl.DataFrame:
    """`session.accumulate`, for at most some thousand rows: the same frame from the same definition."""
    done = None if events is None else by_customer(events, purchases.ids)
    ids = purchases.ids if done is None else done.ids
    orders = purchases.orders_table(before=before, coded=True)
    rows = None if done is None else done.table((0, len(ids)), before)
    return typed(_prepared().answer(orders, rows), ids=ids)


class _Prepared:
    """A DuckDB that has planned the definition once. Callers take turns."""

    def __init__(self) -> None:
        self._connection = duckdb.connect(
            ":memory:", config={"threads": 1, "memory_limit": "512MB", "autoinstall_known_extensions": False}
        )
        self._turn = Lock()
        for name, columns in (("orders", ORDERS), ("events", EVENTS)):
            listed = ", ".join(
                f"{column} {_TYPES['int32' if column == 'customer_id' else kind]}"
                for column, kind in columns.items()
            )
            self._connection.execute(f"create table {name} ({listed})")
        self._connection.execute(f"prepare bought as {accumulators_sql(with_events=False)}")
        self._connection.execute(f"prepare done as {accumulators_sql(with_events=True)}")

    def answer(self, orders: pa.Table, events: pa.Table | None) -> pa.Table:
        with self._turn:
            self._fill("orders", orders)
            if events is None:
                return self._connection.sql("execute bought").to_arrow_table()
            self._fill("events", events)
            return self._connection.sql("execute done").to_arrow_table()

    def _fill(self, name: str, rows: pa.Table) -> None:
        self._connection.execute(f"truncate {name}")
        self._connection.register("fresh", rows)
        try:
            self._connection.execute(f"insert into {name} select * from fresh")
        finally:
            self._connection.unregister("fresh")


@cache
def _prepared() -> _Prepared:
    return _Prepared()
