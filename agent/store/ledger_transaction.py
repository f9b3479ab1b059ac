"""What imports and undos run their statements with: one connection, one shop, and tables that live only meanwhile."""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from agent.store.bulk import plain_value


class SqlTransaction:
    """An open transaction of one shop, on SQLite or PostgreSQL."""

    def __init__(self, connection: Connection, shop_id: str, import_id: str, *, at: datetime) -> None:
        self._connection, self._shop, self._import_id, self._at = connection, shop_id, import_id, at
        self._at_text = plain_value(at)
        self._lite = connection.dialect.name == "sqlite"
        self._names_changed = False
        self._byte_order = "" if self._lite else ' collate "C"'  # sort as Python does, for merging streams
        self._temporary("okaeri_touched", "customer_id text primary key")
        self._temporary("okaeri_named", "customer_id text primary key")
        self._temporary("okaeri_moved", "old text, new text, primary key (old, new)")
        self._temporary("okaeri_withdrawn", "email_key text primary key")
        self._temporary("okaeri_became", "record_key text primary key, old text")
        self._temporary("okaeri_node", "kind text, value text, customer_id text, primary key (kind, value)")

    def _temporary(self, name: str, columns: str) -> None:
        self._run(f"drop table if exists {name}")
        tail = (
            " without rowid"
            if self._lite and "primary key" in columns
            else " on commit drop"
            if not self._lite
            else ""
        )
        self._run(f"create temp table {name} ({columns}){tail}")

    def tidy(self) -> None:
        """Drop what lived only during this transaction."""
        for name in ("touched", "named", "moved", "became", "node", "seen", "withdrawn"):
            self._run(f"drop table if exists okaeri_{name}")

    def _sql(self, sql: str) -> str:
        return sql if self._lite else sql.replace("?", "%s")

    def _run(self, sql: str, *values: Any) -> Any:
        return self._connection.exec_driver_sql(self._sql(sql), values)

    def _stream(self, sql: str, values: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
        """Rows as the driver gives them, a few thousand in memory at a time."""
        raw: Any = self._connection.connection.driver_connection
        if self._lite:
            cursor = raw.execute(sql, values)
            try:
                while rows := cursor.fetchmany(2_000):
                    yield from rows
            finally:
                cursor.close()
            return
        name = f"okaeri_{hashlib.md5(sql.encode(), usedforsecurity=False).hexdigest()[:8]}"
        with raw.cursor(name=name) as cursor:
            cursor.itersize = 2_000
            cursor.execute(self._sql(sql), values)
            yield from cursor

    def _learn(self, *tables: str) -> None:
        """PostgreSQL plans for empty tables until it is told what this transaction has written."""
        if not self._lite:
            for table in tables:
                self._run(f"analyze {table}")
