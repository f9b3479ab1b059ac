"""Write many rows at once through the database's own driver: executemany on SQLite, COPY on PostgreSQL."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import polars as pl
from sqlalchemy import Connection


def insert_rows(
    connection: Connection,
    table: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    constants: dict[str, str] | None = None,
    conflict: str = "",
) -> int:
    """Insert rows and return how many went in. rows: values the driver stores as they are (see `plain_frame`).

    constants: columns with the same text in every row.    conflict: e.g. `on conflict do nothing`.
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
            f"create temp table if not exists {stage} on commit drop as select {listed} from {table} where false"
        )
        cursor.execute(f"truncate {stage}")
        with cursor.copy(f"copy {stage} ({listed}) from stdin") as copy:
            for row in rows:
                copy.write_row(row)
        cursor.execute(f"insert into {table} ({names}) select {literals}{listed} from {stage} {conflict}")
        return int(cursor.rowcount)


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


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
