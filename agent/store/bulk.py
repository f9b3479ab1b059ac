"""Write many rows at once through the database's own driver: executemany on SQLite, COPY on PostgreSQL."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

import polars as pl
from sqlalchemy import Connection

_LONGEST_LITERAL = 200
"""Characters of a text that may stand in a statement; longer ones are handed over as values."""


def insert_rows(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    constants: Mapping[str, str | int | bool] | None = None,
    conflict: str = "",
) -> int:
    """Insert rows and return how many went in. rows: values the driver stores as they are (see `plain_frame`).

    constants: columns with the same value in every row.    conflict: e.g. `on conflict do nothing`.
    """
    fixed = constants or {}
    names = ", ".join([*fixed, *columns])
    literals = "".join(f"{_literal(value)}, " for value in fixed.values())
    raw: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * len(columns))
        return int(
            raw.executemany(
                f"insert into {table} ({names}) values ({literals}{marks}) {conflict}", rows
            ).rowcount
        )
    stage = f"stage_{table}"
    listed = ", ".join(columns)
    with raw.cursor() as cursor:
        cursor.execute(
            f"create temp table if not exists {stage} on commit drop as select * from {table} where false"
        )
        cursor.execute(f"truncate {stage}")
        with cursor.copy(f"copy {stage} ({listed}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"insert into {table} ({names}) select {literals}{listed} from {stage} {conflict}")
        return int(cursor.rowcount)


def insert_frame(
    connection: Connection, table: str, frame: pl.DataFrame, *, constants: dict[str, str]
) -> None:
    """Insert a frame's rows. A column that says the same in every row stands in the statement, one that says nothing nowhere:
    of an order's 32 columns some 14 differ, and SQLite takes the rows in half the time."""
    if frame.is_empty():
        return
    fixed: dict[str, str | int | bool] = dict(constants)
    varying = []
    for column in frame.get_columns():
        if column.null_count() == len(column):
            continue
        if (value := _same_everywhere(column)) is None:
            varying.append(column.name)
        else:
            fixed[column.name] = value
    names = varying or frame.columns[:1]
    rows = plain_frame(frame.select(names))
    insert_rows(connection, table, names, rows, constants={n: v for n, v in fixed.items() if n not in names})


def insert_alike(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    *,
    constants: Mapping[str, str | int | bool],
    conflict: str,
) -> None:
    """Insert rows of which many columns say the same in all of them; those stand in the statement, as in `insert_frame`.

    rows: at least one.    The first column, a key, is always handed over as values.
    """
    fixed: dict[str, str | int | bool] = dict(constants)
    varying: dict[str, Sequence[Any]] = {}
    for name, values in zip(columns, zip(*rows, strict=True), strict=True):
        first = values[0]
        if not varying or values.count(first) < len(values) or not (first is None or _can_stand(first)):
            varying[name] = values
        elif first is not None:
            fixed[name] = first
    alike = zip(*varying.values(), strict=True)
    insert_rows(connection, table, tuple(varying), alike, constants=fixed, conflict=conflict)


def _can_stand(value: Any) -> bool:
    """Whether a value can be written into a statement."""
    if isinstance(value, str):
        return len(value) <= _LONGEST_LITERAL and value.isprintable()
    return isinstance(value, bool | int)


def _same_everywhere(column: pl.Series) -> str | int | bool | None:
    """The one value all rows hold, when it can be written into a statement; None otherwise."""
    value = column[0]
    if column.null_count() or not _can_stand(value) or column[-1] != value:
        return None
    same: str | int | bool | None = value if bool((column == value).all()) else None
    return same


def plain_frame(frame: pl.DataFrame) -> Iterator[tuple[Any, ...]]:
    """A frame as rows of text, numbers and booleans: moments as UTC text, days as ISO text."""
    spelled = []
    for name, kind in frame.schema.items():
        if isinstance(kind, pl.Datetime):
            spelled.append(pl.col(name).dt.strftime("%Y-%m-%d %H:%M:%S%.6f"))
        elif kind == pl.Date:
            spelled.append(pl.col(name).dt.strftime("%Y-%m-%d"))
    plain = frame.with_columns(spelled) if spelled else frame
    return zip(*(column.to_list() for column in plain.get_columns()), strict=True)


def plain_value(value: Any) -> Any:
    """One value as `plain_frame` writes it."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ", "microseconds")
    return value.isoformat() if isinstance(value, date) else value


def _literal(value: str | int | bool) -> str:
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return str(value).lower()
