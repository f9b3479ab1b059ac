"""Where do the Ibis definitions run? In DuckDB inside this process, on bounded memory, a run of customers at a time."""

import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import chain
from typing import Final

import duckdb
import ibis
import ibis.expr.types as ir
import numpy as np
import polars as pl
import pyarrow as pa

from customers.features.columns import EVENT_COLUMNS, ORDER_COLUMNS
from customers.features.definition import accumulators
from customers.features.pairs import pair_accumulators
from customers.features.purchases import EVENTS, LINES, ORDERS, OrderRows, Purchases, Small, schema

MEMORY: Final = "1GB"
"""What DuckDB may hold before it spills to disk. The definitions run on some 100 MB; this is the fence."""

ROWS_AT_A_TIME: Final = 400_000
"""Orders computed together: their groups stay in the processor's cache, and a run's result is small."""

SIDE_BY_SIDE: Final = 2
"""Runs of customers computed at the same time."""

LATER: Final = date(9999, 12, 31)
"""The cut compiled into a statement; rows after the true cut are left out before they get there."""


class Session:
    """A DuckDB connection for the definitions. One thread at a time."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    def answer(self, sql: str, **tables: pa.Table) -> pa.Table:
        """Run a compiled definition on Arrow tables, by the names it was compiled with."""
        for name, table in tables.items():
            self.connection.register(name, table)
        try:
            return self.connection.sql(sql).to_arrow_table()
        finally:
            for name in tables:
                self.connection.unregister(name)

    def evaluate(self, define: Callable[..., ir.Table], **tables: pa.Table) -> pa.Table:
        """Compile a definition for these tables' own columns and run it. define: takes the Ibis tables by the same names."""
        known = {name: ibis.table(ibis.schema(table.schema), name=name) for name, table in tables.items()}
        return self.answer(ibis.to_sql(define(**known), dialect="duckdb"), **tables)


@contextmanager
def open_session(*, memory: str = MEMORY, threads: int | None = None) -> Iterator[Session]:
    """A DuckDB of its own that goes nowhere near the network and spills into a folder that is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="okaeri-") as spill:
        settings: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "temp_directory": spill,
            "preserve_insertion_order": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        if threads is not None:
            settings["threads"] = threads
        connection = duckdb.connect(":memory:", config=settings)
        try:
            yield Session(connection)
        finally:
            connection.close()


def accumulate(
    purchases: Purchases, *, before: date, events: pa.Table | None = None, session: Session | None = None
) -> pl.DataFrame:
    """`definition.accumulators` of everybody, one row a customer, customer_id in the type it came in, ascending.

    before: the cut; rows on that day or later are not seen.    events: in the columns of `EVENTS`, or None; customers known from
    events alone come last.
    """
    parts = list(accumulate_in_parts(purchases, before=before, events=events, session=session))
    return pl.concat(parts) if parts else _nobody(purchases.ids, with_events=events is not None)


def accumulate_in_parts(
    purchases: Purchases,
    *,
    before: date,
    events: pa.Table | None = None,
    session: Session | None = None,
    rows_at_a_time: int = ROWS_AT_A_TIME,
) -> Iterator[pl.DataFrame]:
    """The same some customers at a time, so that a million of them pass through in bounded memory."""
    if session is None:
        with open_session() as own:
            yield from accumulate_in_parts(
                purchases, before=before, events=events, session=own, rows_at_a_time=rows_at_a_time
            )
        return
    done = None if events is None else by_customer(events, purchases.ids)
    everyone = purchases if done is None else Purchases(done.ids, purchases.orders)
    sql = accumulators_sql(with_events=done is not None)

    def part(run: tuple[Session, tuple[int, int]]) -> pl.DataFrame | None:
        at, span = run
        tables = {"orders": everyone.orders_table(before=before, span=span, coded=True)}
        if done is not None:
            tables["events"] = done.table(span, before)
        seen = any(table.num_rows for table in tables.values())
        return typed(at.answer(sql, **tables), ids=everyone.ids) if seen else None

    yield from _side_by_side(session, part, everyone.spans(rows_at_a_time))


def _side_by_side(
    session: Session,
    part: Callable[[tuple[Session, tuple[int, int]]], pl.DataFrame | None],
    spans: Iterator[tuple[int, int]],
) -> Iterator[pl.DataFrame]:
    """Two runs of customers at a time, in order: one alone is too short to keep two processors busy."""
    first = next(spans, None)
    if first is None:
        return
    second = next(spans, None)
    if second is None:  # threads cost more than they bring
        alone = part((session, first))
        if alone is not None:
            yield alone
        return
    desks = [Session(session.connection.cursor()) for _ in range(SIDE_BY_SIDE)]
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        waiting: deque[Future[pl.DataFrame | None]] = deque()
        for number, span in enumerate(chain((first, second), spans)):
            if len(waiting) == SIDE_BY_SIDE:
                found = waiting.popleft().result()
                if found is not None:
                    yield found
            waiting.append(pool.submit(part, (desks[number % SIDE_BY_SIDE], span)))
        for late in waiting:
            found = late.result()
            if found is not None:
                yield found


def pairs_in_parts(
    purchases: Purchases,
    *,
    before: date,
    session: Session | None = None,
    rows_at_a_time: int = ROWS_AT_A_TIME,
) -> Iterator[pl.DataFrame]:
    """`pairs.pair_accumulators` some customers at a time, by customer and product; nothing when no products are named."""
    if session is None:
        with open_session() as own:
            yield from pairs_in_parts(purchases, before=before, session=own, rows_at_a_time=rows_at_a_time)
        return
    sql = pairs_sql()
    for span in purchases.spans(rows_at_a_time) if purchases.lines is not None else ():
        lines = purchases.lines_table(before=before, span=span, coded=True)
        found = pl.DataFrame(session.answer(sql, lines=lines)).sort("customer_id", "sku")
        if len(found):
            assert purchases.lines is not None  # noqa: S101 - narrows the type
            yield found.with_columns(
                purchases.ids.gather(found["customer_id"]).alias("customer_id"),
                purchases.lines.skus.gather(found["sku"]).alias("sku"),
                pl.col("times", "units", "last_units").cast(
                    pl.Int64
                ),  # DuckDB adds whole numbers up in 128 bits
            )


@cache
def pairs_sql() -> str:
    """The definition of pairs in DuckDB's words, for customers and products as codes and rows before the cut alone."""
    lines = ibis.table(schema(LINES, coded=True), name="lines")
    return str(ibis.to_sql(pair_accumulators(lines, before=LATER), dialect="duckdb"))


@cache
def accumulators_sql(*, with_events: bool) -> str:
    """The definition in DuckDB's words; compiled once a process, for customers as codes and rows before the cut alone."""
    orders = ibis.table(schema(ORDERS, coded=True), name="orders")
    events = ibis.table(schema(EVENTS, coded=True), name="events") if with_events else None
    return str(ibis.to_sql(accumulators(orders, events, before=LATER), dialect="duckdb"))


@dataclass(frozen=True, slots=True)
class DoneByCustomer:
    """Events by customer code. ids: those of the purchases, then those who only did something and never bought."""

    ids: pl.Series
    rows: pl.DataFrame

    def table(self, span: tuple[int, int], before: date) -> pa.Table:
        code: Small = self.rows["customer_id"].to_numpy()
        first, last = np.searchsorted(code, np.array(span, dtype=np.int32))
        run = self.rows[int(first) : int(last)]
        return run.filter(pl.col("happened_on") < before).to_arrow().cast(_EVENTS_IN_ARROW)


_EVENTS_IN_ARROW: Final = pa.schema(
    [
        ("event_id", pa.string()),
        ("customer_id", pa.int32()),
        ("kind", pa.string()),
        ("happened_on", pa.date32()),
        ("happened_at", pa.timestamp("us")),
        ("sku", pa.string()),
        ("value", pa.int64()),
    ]
)


def by_customer(events: pa.Table, ids: pl.Series) -> DoneByCustomer:
    rows = pl.DataFrame(events).select(*EVENTS).with_columns(pl.col("customer_id").cast(ids.dtype))
    here = rows.select(pl.col("customer_id").unique()).drop_nulls()
    new = here.join(pl.DataFrame({"customer_id": ids}), on="customer_id", how="anti")["customer_id"].sort()
    everyone = pl.concat([ids, new])
    codes = pl.DataFrame(
        {"customer_id": everyone, "code": pl.int_range(len(everyone), dtype=pl.Int32, eager=True)}
    )
    coded = rows.join(codes, on="customer_id").with_columns(pl.col("code").alias("customer_id"))
    return DoneByCustomer(everyone, coded.select(*EVENTS).sort("customer_id"))


def _nobody(ids: pl.Series, *, with_events: bool) -> pl.DataFrame:
    """No row, in the right columns."""
    with open_session(threads=1) as session:
        empty = Purchases(
            ids.clear(), OrderRows(*(np.empty(0, np.int32),) * 2, *(np.empty(0, np.int64),) * 2)
        )
        tables = {"orders": empty.orders_table(coded=True)}
        if with_events:
            tables["events"] = _EVENTS_IN_ARROW.empty_table()
        return typed(session.answer(accumulators_sql(with_events=with_events), **tables), ids=ids.clear())


def typed(found: pa.Table, *, ids: pl.Series) -> pl.DataFrame:
    """Accumulators in the definition's types; ids instead of codes, ascending by code."""
    frame = pl.DataFrame(found).sort("customer_id")
    return frame.select(ids.gather(frame["customer_id"]).alias("customer_id"), *typed_columns())


def typed_columns() -> list[pl.Expr]:
    """Every accumulator in the definition's type, whatever the engine made of it (DuckDB writes 0 as a 32-bit number)."""
    types = {"int64": pl.Int64, "float64": pl.Float64, "date": pl.Date}
    return [pl.col(name).cast(types[kind]) for name, kind in (ORDER_COLUMNS | EVENT_COLUMNS).items()]
