"""How do a million rows leave the database as Arrow? From PostgreSQL through ADBC; from SQLite, or only a few, through SQLAlchemy.

Never ADBC beside SQLAlchemy on one SQLite file: its driver carries a second copy of SQLite, and closing a file there drops the
locks this process holds through the first (POSIX locks belong to the process; "How To Corrupt An SQLite Database File", 2.2). The
next process to come and go then takes the write-ahead log from under a running server.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Engine, bindparam, text

ROWS_AT_A_TIME: Final = 65_536

ABSENT: Final = -(2**62)
"""Stands for null in whole numbers, '' in texts: ADBC takes a column's type from SQLite's first rows, and null has none."""


@contextmanager
def everything(
    engine: Engine, sql: str, values: Mapping[str, str], schema: pa.Schema
) -> Iterator[pa.RecordBatchReader]:
    """Stream all rows of a statement in a schema's columns and types, on a connection of its own that sees committed rows.

    sql: the same words for SQLite and PostgreSQL, with `:name` for each of `values`; none of its columns null (see `ABSENT`).
    """
    address = adbc_address(engine)
    with ExitStack() as stack:
        if address is None:
            batches = _through_sqlalchemy(stack, engine, sql, values)
        else:
            batches = _through_adbc(stack, engine.dialect.name, address, _filled(sql, values))
        yield pa.RecordBatchReader.from_batches(schema, (_in_schema(batch, schema) for batch in batches))


@contextmanager
def some(
    engine: Engine, sql: str, values: Mapping[str, str], schema: pa.Schema, *, ids: Sequence[str]
) -> Iterator[pa.RecordBatchReader]:
    """The same for the ids that `:ids` stands for in the statement, on a connection of the pool: a few take milliseconds."""
    batches = (batch for few in few_at_a_time(ids) for batch in _of_some(engine, sql, {**values, "ids": few}))
    yield pa.RecordBatchReader.from_batches(schema, (_in_schema(batch, schema) for batch in batches))


def _of_some(engine: Engine, sql: str, values: Mapping[str, Any]) -> Iterator[pa.RecordBatch]:
    """One part on a connection that goes back at once: the pool has fewer connections than a long list has parts."""
    with ExitStack() as stack:
        yield from _through_sqlalchemy(stack, engine, sql, values)


def few_at_a_time(values: Sequence[str], size: int = 500) -> Iterator[Sequence[str]]:
    """Ids in parts that stand in one `in (…)`."""
    for start in range(0, len(values), size):
        yield values[start : start + size]


def adbc_address(engine: Engine) -> str | None:
    """Where ADBC finds the database; None where SQLAlchemy must be used (SQLite, other makes)."""
    url = engine.url
    if url.get_backend_name() == "postgresql":
        return url.set(drivername="postgresql").render_as_string(hide_password=False)
    return None


def _filled(sql: str, values: Mapping[str, str]) -> str:
    """Values stand in the statement: the two drivers mark parameters differently, and these are ours (a shop, a day)."""
    for name, value in values.items():
        sql = sql.replace(f":{name}", "'" + value.replace("'", "''") + "'")
    return sql


def _through_adbc(stack: ExitStack, dialect: str, address: str, sql: str) -> Iterator[pa.RecordBatch]:
    driver = import_module(f"adbc_driver_{dialect}.dbapi")
    connection = stack.enter_context(driver.connect(address))
    cursor = stack.enter_context(connection.cursor())
    cursor.execute(sql)
    yield from cursor.fetch_record_batch()


def _through_sqlalchemy(
    stack: ExitStack, engine: Engine, sql: str, values: Mapping[str, Any]
) -> Iterator[pa.RecordBatch]:
    connection = stack.enter_context(engine.connect().execution_options(yield_per=ROWS_AT_A_TIME))
    statement = text(sql)
    if "ids" in values:
        statement = statement.bindparams(bindparam("ids", expanding=True))
    result = connection.execute(statement, dict(values))
    names = list(result.keys())
    parts = iter([result.all()]) if "ids" in values else result.partitions()  # a few fit into one batch
    for rows in parts:
        if not rows:
            continue
        columns = zip(*rows, strict=True)
        yield pa.RecordBatch.from_pydict(
            {name: list(column) for name, column in zip(names, columns, strict=True)}
        )


def _in_schema(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays(
        [_typed(batch.column(field.name), field.type) for field in schema], schema=schema
    )


def _typed(column: pa.Array, kind: pa.DataType) -> pa.Array:
    if pa.types.is_string(kind):
        texts = column.cast(kind)
        return pc.if_else(pc.equal(texts, ""), pa.scalar(None, kind), texts)
    if pa.types.is_integer(kind):
        whole = column.cast(kind)
        return pc.if_else(pc.equal(whole, ABSENT), pa.scalar(None, kind), whole)
    if pa.types.is_timestamp(kind):  # kept in UTC; handed out as Tokyo's own
        moments = column.cast(pa.timestamp("us")) if pa.types.is_string(column.type) else column
        utc = moments.cast(pa.timestamp("us", "UTC")).cast(pa.int64())
        return pc.add(utc, _NINE_HOURS).cast(kind)
    return column.cast(kind)


_NINE_HOURS: Final = 9 * 3_600_000_000
"""Tokyo is ahead of UTC by so many microseconds, summer and winter."""
